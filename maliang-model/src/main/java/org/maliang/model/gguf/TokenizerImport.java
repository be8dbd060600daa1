package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.maliang.checkpoint.gguf.Gguf;

/** Makes a {@code tokenizer.json} of llama.cpp's vocabulary "gpt2", where the way it cuts text is known. */
final class TokenizerImport {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private TokenizerImport() {}

    static Optional<ObjectNode> of(Gguf file) {
        boolean byteLevel = file.text(PREFIX + "model").equals(Optional.of("gpt2"));
        return byteLevel
                ? Cuts.preTokenizer(file.text(PREFIX + "pre").orElse("")).map(cut -> json(file, cut))
                : Optional.empty();
    }

    private static ObjectNode json(Gguf file, ObjectNode cut) {
        List<String> tokens = file.texts(PREFIX + "tokens");
        int[] types = file.value(PREFIX + "token_type", int[].class).orElse(new int[0]);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = json.putArray("added_tokens");
        json.putNull("normalizer").set("pre_tokenizer", cut);
        json.putNull("post_processor");
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode model =
                json.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            int type = id < types.length ? types[id] : 1;
            if (type != UNUSED) {
                vocabulary.put(tokens.get(id), id);
            }
            if (Set.of(CONTROL, USER_DEFINED).contains(type)) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", type == CONTROL);
            }
        }
        ArrayNode merges = model.putArray("merges");
        file.texts(PREFIX + "merges").forEach(merges::add);
        model.put("ignore_merges", cutIgnoresMerges(file));
        return json;
    }

    /** Llama 3 takes a word that is a token as it is. */
    private static boolean cutIgnoresMerges(Gguf file) {
        return file.text(PREFIX + "pre").equals(Optional.of("llama-bpe"));
    }
}
