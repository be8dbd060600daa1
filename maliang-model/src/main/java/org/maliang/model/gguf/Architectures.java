package org.maliang.model.gguf;

import java.util.Map;
import java.util.TreeSet;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.model.UnsupportedModelException;

/** Finds the architecture of a model or of a file. */
final class Architectures {
    private static final Map<String, Architecture> BY_MODEL_TYPE = Map.of(
            "gpt2", new Gpt2Architecture(),
            "llama", new LlamaArchitecture("llama", "llama"),
            "mistral", new LlamaArchitecture("llama", "mistral"),
            "qwen2", new LlamaArchitecture("qwen2", "qwen2"),
            "qwen3", new LlamaArchitecture("qwen3", "qwen3"),
            "bloom", new BloomArchitecture(),
            "gpt_neox", new GptNeoXArchitecture());

    private Architectures() {}

    /** The architecture for a {@code model_type}. */
    static Architecture ofModelType(String modelType) {
        Architecture found = BY_MODEL_TYPE.get(modelType);
        if (found == null) {
            throw new UnsupportedModelException("model_type \"" + modelType
                    + "\" has no architecture of llama.cpp that can be written; these have: "
                    + new TreeSet<>(BY_MODEL_TYPE.keySet()));
        }
        return found;
    }

    /** The architecture of a file; Mistral's files are LLaMA's. */
    static Architecture of(Gguf file) {
        String wanted = file.text("general.architecture").orElse("");
        return BY_MODEL_TYPE.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(wanted)
                        && !entry.getKey().equals("mistral"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        file.source(),
                        "is of architecture " + CheckpointException.quote(wanted),
                        "supported: bloom, gpt2, gptneox, llama, qwen2, qwen3"));
    }
}
