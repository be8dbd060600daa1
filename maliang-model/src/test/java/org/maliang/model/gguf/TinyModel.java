package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** A GPT-2 of one layer with a byte-level tokenizer: id = byte, then four merges and a special token. */
final class TinyModel {
    static final int ROWS = 264;
    private static final int HIDDEN = 32;

    private TinyModel() {}

    static Path write(Path directory) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            put(tensors, "transformer.wte.weight", ROWS, HIDDEN);
            put(tensors, "transformer.wpe.weight", 16, HIDDEN);
            linear(tensors, "transformer.h.0.attn.c_attn", HIDDEN, 3 * HIDDEN);
            linear(tensors, "transformer.h.0.attn.c_proj", HIDDEN, HIDDEN);
            linear(tensors, "transformer.h.0.mlp.c_fc", HIDDEN, 40);
            linear(tensors, "transformer.h.0.mlp.c_proj", 40, HIDDEN);
            for (String norm : new String[] {"h.0.ln_1", "h.0.ln_2", "ln_f"}) {
                put(tensors, "transformer." + norm + ".weight", HIDDEN);
                put(tensors, "transformer." + norm + ".bias", HIDDEN);
            }
            ModelDirectory.writer(directory)
                    .config(config())
                    .weights(tensors)
                    .json("tokenizer.json", tokenizer())
                    .write();
        }
        return directory;
    }

    static ObjectNode config() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "gpt2")
                .put("vocab_size", ROWS)
                .put("n_positions", 16)
                .put("n_embd", HIDDEN)
                .put("n_layer", 1)
                .put("n_head", 2)
                .put("n_inner", 40)
                .put("layer_norm_epsilon", 1e-5)
                .put("tie_word_embeddings", true)
                .put("eos_token_id", 260);
    }

    private static void linear(Map<String, Tensor> tensors, String name, long in, long out) {
        put(tensors, name + ".weight", in, out);
        put(tensors, name + ".bias", out);
    }

    private static void put(Map<String, Tensor> tensors, String name, long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        tensors.put(name, Tensor.arange(count).to(DType.F32).div((double) count).view(shape));
    }

    private static ObjectNode tokenizer() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        json.putArray("added_tokens").add(TokenizerJson.added("<|end|>", true).put("id", 260));
        json.putNull("normalizer");
        json.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true);
        json.putNull("post_processor");
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true);
        ObjectNode model = json.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int value = 0; value < 256; value++) {
            vocabulary.put(letter(value), value);
        }
        vocabulary.put("he", 256).put("ll", 257).put("hell", 258).put(letter(' ') + "hell", 259);
        vocabulary.put("<|end|>", 260);
        model.putArray("merges").add("h e").add("l l").add("he ll").add(letter(' ') + " hell");
        return json;
    }

    /** GPT-2's letter for a byte: itself where it can be seen, else the next from 256 on. */
    private static String letter(int value) {
        int hidden = 256;
        for (int other = 0; other < value; other++) {
            hidden += visible(other) ? 0 : 1;
        }
        return Character.toString(visible(value) ? value : hidden);
    }

    private static boolean visible(int value) {
        return value > 32 && value < 127 || value > 160 && value != 173;
    }
}
