package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;

/**
 * Reads a GGUF file of llama.cpp as Hugging Face's {@code config.json} and tensors: GPT-2, LLaMA (Mistral too), Qwen2,
 * Qwen3, BLOOM and GPT-NeoX.
 *
 * <pre>{@code
 * try (Gguf file = Gguf.open(path)) {
 *     ModelDirectory.writer(out).config(GgufImport.config(file)).weights(GgufImport.weights(file), Optional.empty()).write();
 * }
 * }</pre>
 */
public final class GgufImport {
    private GgufImport() {}

    /** The {@code config.json} of the model. {@link CheckpointException} when it is none, or of another architecture. */
    public static ObjectNode config(Gguf file) {
        Architecture architecture = Architectures.of(file);
        return architecture.config(new Metadata(file, architecture.name()));
    }

    /**
     * The tensors under Hugging Face's names and in their layouts; quantised ones as F32. Closing them closes the file.
     *
     * @throws CheckpointException when it is no model, or holds a tensor that has no place in it
     */
    public static Weights weights(Gguf file) {
        return ImportedWeights.of(file, Architectures.of(file));
    }

    /** The {@code tokenizer.json}, where the file has a byte-level BPE; others are not read back. */
    public static Optional<ObjectNode> tokenizer(Gguf file) {
        return TokenizerImport.of(file);
    }
}
