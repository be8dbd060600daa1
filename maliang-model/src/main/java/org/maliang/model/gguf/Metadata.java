package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalInt;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.gguf.Gguf;

/** Reads the hyper-parameters of a file, whose keys begin with its architecture, with errors that name the key. */
record Metadata(Gguf file, String architecture) {

    /** A positive whole number. */
    int count(String suffix) {
        String key = architecture + "." + suffix;
        long value = file.number(key).orElse(0L);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    file.source(), "lacks a positive number " + key, "is this a model? Download or convert it again");
        }
        return (int) value;
    }

    int count(String suffix, int fallback) {
        return file.values().containsKey(architecture + "." + suffix) ? count(suffix) : fallback;
    }

    double number(String suffix, double fallback) {
        return file.value(architecture + "." + suffix, Double.class)
                // A 32-bit float, as it was before it was one: 1.0E-5, not 9.999999747378752E-6.
                .map(value -> Double.parseDouble(Float.toString(value.floatValue())))
                .orElse(fallback);
    }

    boolean flag(String suffix, boolean fallback) {
        return file.value(architecture + "." + suffix, Boolean.class).orElse(fallback);
    }

    String text(String suffix, String fallback) {
        return file.text(architecture + "." + suffix).orElse(fallback);
    }

    /** Whether the head is missing, or a copy of the token embedding. */
    boolean tied() {
        return !file.names().contains(Architecture.HEAD) || file.same(Architecture.HEAD, Architecture.EMBEDDING);
    }

    /** What every configuration begins with. */
    ObjectNode begin(String modelType, String className) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add(className);
        config.put("model_type", modelType);
        config.put("vocab_size", vocabulary());
        id("bos").ifPresent(id -> config.put("bos_token_id", id));
        id("eos").ifPresent(id -> config.put("eos_token_id", id));
        id("padding").ifPresent(id -> config.put("pad_token_id", id));
        return config.put("tie_word_embeddings", tied());
    }

    private long vocabulary() {
        List<Long> shape = file.info(Architecture.EMBEDDING).shape();
        if (shape.size() != 2) {
            throw new CheckpointException(
                    file.source(), "has a token embedding of shape " + shape, "is this a model? Download it again");
        }
        return shape.get(0);
    }

    private OptionalInt id(String role) {
        return file.number("tokenizer.ggml." + role + "_token_id")
                .filter(id -> id >= 0 && id <= Integer.MAX_VALUE)
                .map(id -> OptionalInt.of(id.intValue()))
                .orElse(OptionalInt.empty());
    }
}
