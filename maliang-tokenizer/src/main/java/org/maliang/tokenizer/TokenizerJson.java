package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds a {@code tokenizer.json}; entries get their ids in the order they come. */
final class TokenizerJson {
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> specialTokens;

    TokenizerJson(List<String> specialTokens) {
        this.specialTokens = specialTokens;
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : specialTokens) {
            ObjectNode entry = added.addObject().put("id", ids.size()).put("content", token);
            entry.put("single_word", false).put("lstrip", false).put("rstrip", false);
            entry.put("normalized", false).put("special", true);
            entry(token);
        }
        root.putNull("normalizer");
    }

    int size() {
        return ids.size();
    }

    /** Adds an entry unless it is there. */
    void entry(String token) {
        ids.putIfAbsent(token, ids.size());
    }

    TokenizerJson cut(PreTokenizer preTokenizer) {
        root.set("pre_tokenizer", preTokenizer.json());
        root.putNull("post_processor");
        return this;
    }

    TokenizerJson decoder(ObjectNode decoder) {
        root.set("decoder", decoder);
        return this;
    }

    TrainedTokenizer bpe(boolean byteFallback, ArrayNode merges) {
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", byteFallback).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        ids.forEach(vocabulary::put);
        model.set("merges", merges);
        return new TrainedTokenizer(root, ids.size(), specialTokens);
    }
}
