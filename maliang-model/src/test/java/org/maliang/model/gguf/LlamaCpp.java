package org.maliang.model.gguf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** llama.cpp with one model, on one thread, computing as exactly as it can. */
final class LlamaCpp implements AutoCloseable {
    private final LlamaModel model;

    private LlamaCpp(LlamaModel model) {
        this.model = model;
    }

    /** Skips the test where there is no llama.cpp for this machine. */
    static LlamaCpp open(Path file) {
        try {
            Class.forName(LlamaModel.class.getName());
        } catch (LinkageError | ClassNotFoundException e) {
            assumeTrue(false, "no llama.cpp for this machine: " + e.getMessage());
        }
        return new LlamaCpp(new LlamaModel(new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(64)
                .setThreads(1)
                .setThreadsBatch(1)
                .setGpuLayers(0)
                .setCacheTypeK(CacheType.F32)
                .setCacheTypeV(CacheType.F32)
                .skipWarmup()
                .disableLog()));
    }

    /** The ids of a text. */
    int[] encode(String text) {
        return model.encode(text);
    }

    String decode(int[] ids) {
        return model.decode(ids);
    }

    /** The text that most likely follows, token by token. */
    String greedy(int[] prompt, int tokens) {
        InferenceParameters parameters = new InferenceParameters("")
                .setNPredict(tokens)
                .setTemperature(0)
                .setTopK(1)
                .setRepeatPenalty(1)
                .setCachePrompt(false);
        set(parameters, "prompt", Arrays.toString(prompt));
        return model.complete(parameters);
    }

    /** The binding takes texts only, llama.cpp ids as well. */
    @SuppressWarnings("unchecked")
    private static void set(InferenceParameters parameters, String key, String json) {
        try {
            var field = InferenceParameters.class.getSuperclass().getDeclaredField("parameters");
            field.setAccessible(true);
            ((Map<String, String>) field.get(parameters)).put(key, json);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("another version of the binding", e);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
