package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.tokenizer.TokenizerFiles;

/**
 * Reads a GGUF file of llama.cpp as Hugging Face's {@code config.json}, tensors and tokenizer: GPT-2, LLaMA (Mistral too),
 * Qwen2, Qwen3, BLOOM and GPT-NeoX.
 *
 * <pre>{@code
 * GgufImport model = GgufImport.of(Gguf.open(path));
 * ModelDirectory.writer(out).config(model.config()).weights(model.weights(), Optional.empty()).write();
 * }</pre>
 */
public final class GgufImport {
    static final String LICENCE = "general.license";

    private final Gguf file;
    private final Architecture architecture;
    private final ObjectNode config;

    private GgufImport(Gguf file, Architecture architecture) {
        this.file = file;
        this.architecture = architecture;
        this.config = architecture.config(new Metadata(file, architecture.name()));
    }

    /** The model in a file. {@link CheckpointException} when there is none, or one of another architecture. */
    public static GgufImport of(Gguf file) {
        return new GgufImport(file, Architectures.of(file));
    }

    /** The {@code config.json} of the model. */
    public ObjectNode config() {
        return config.deepCopy();
    }

    /**
     * The tensors under Hugging Face's names and in their layouts; quantised ones as F32. Closing them closes the file.
     *
     * @throws CheckpointException when the file holds a tensor that has no place in the model
     */
    public Weights weights() {
        return ImportedWeights.of(
                file, architecture, config.path("tie_word_embeddings").asBoolean());
    }

    /** The tokenizer. */
    public TokenizerFiles tokenizer() {
        return tokenizer(file);
    }

    /**
     * The tokenizer of a file, whatever its architecture: the {@code tokenizer.json} that it holds, else a byte-level BPE
     * whose way of cutting text has a known name, else a SentencePiece model; none where the vocabulary is another.
     */
    public static TokenizerFiles tokenizer(Gguf file) {
        return TokenizerImport.of(file);
    }

    /** The licence; empty where the file does not state one. */
    public String licence() {
        return file.text(LICENCE).orElse("");
    }
}
