package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.model.UnsupportedModelException;

/** One of llama.cpp's architectures: its tensors (src/llama-model.cpp) and its metadata, in terms of Hugging Face's. */
abstract class Architecture {
    static final String EMBEDDING = "token_embd.weight";
    static final String HEAD = "output.weight";

    private final String name;
    private final String body;
    private final List<TensorRule> rules;

    /**
     * @param name {@code general.architecture}
     * @param body what our names begin with, except that of the head; files of a model without a head lack it
     */
    Architecture(String name, String body, List<TensorRule> rules) {
        this.name = name;
        this.body = body;
        this.rules = rules;
    }

    String name() {
        return name;
    }

    String body() {
        return body;
    }

    List<TensorRule> rules() {
        return rules;
    }

    abstract HeadCounts heads(ConfigReader config);

    /** Whether the head is the embedding where {@code config.json} does not say. */
    abstract boolean tiedByDefault();

    /** Whether a tied head is written as a copy: llama.cpp asked for one before 2025. */
    boolean copiesTiedHead() {
        return tiedByDefault();
    }

    /** Writes the hyper-parameters; refuses those that llama.cpp does not compute, remarks those it computes roughly. */
    abstract void describe(ConfigReader config, GgufWriter file, Consumer<String> remark);

    /** The {@code config.json} of a file. */
    abstract ObjectNode config(Metadata file);

    HeadCounts heads(Metadata file) {
        int queries = file.count("attention.head_count");
        return new HeadCounts(queries, file.count("attention.head_count_kv", queries));
    }

    String key(String suffix) {
        return name + "." + suffix;
    }

    static void refuseUnless(boolean condition, String what) {
        if (!condition) {
            throw new UnsupportedModelException("config.json: llama.cpp does not compute " + what);
        }
    }

    static boolean has(ConfigReader config, String key) {
        JsonNode node = config.config().path(key);
        return !node.isMissingNode() && !node.isNull();
    }
}
