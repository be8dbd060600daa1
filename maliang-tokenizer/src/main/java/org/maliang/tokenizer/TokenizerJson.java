package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds a {@code tokenizer.json}; entries get their ids in the order they come. */
final class TokenizerJson {
    /** How many entries {@link #bytes} takes. */
    static final int BYTES = 256;

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
            ids.put(token, ids.size());
        }
        root.putNull("normalizer");
    }

    int size() {
        return ids.size();
    }

    /** Adds an entry; no learned one may be spelled like a special token, which decoding leaves out. */
    void entry(String token) {
        if (ids.putIfAbsent(token, ids.size()) != null && specialTokens.contains(token)) {
            throw new IllegalArgumentException("tokenizer training: the special token '" + token
                    + "' is also how the vocabulary spells other text; take a longer mark such as <|" + token + "|>");
        }
    }

    TokenizerJson cut(PreTokenizer preTokenizer) {
        root.set("pre_tokenizer", preTokenizer.json());
        root.putNull("post_processor");
        return this;
    }

    /** Adds the entry for what is unknown, unless it is a special token. */
    TokenizerJson unknown(String token) {
        ids.putIfAbsent(token, ids.size());
        return this;
    }

    /** Adds an entry for each byte, for what no other entry spells. */
    TokenizerJson bytes() {
        for (int b = 0; b < BYTES; b++) {
            entry(String.format("<0x%02X>", b));
        }
        return this;
    }

    /** Entries are text, except those of {@link #bytes}. */
    TokenizerJson byteFallbackDecoder() {
        ObjectNode decoder = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
        ArrayNode steps = decoder.putArray("decoders");
        steps.addObject().put("type", "ByteFallback");
        steps.addObject().put("type", "Fuse");
        return decoder(decoder);
    }

    TokenizerJson decoder(ObjectNode decoder) {
        root.set("decoder", decoder);
        return this;
    }

    TrainedTokenizer bpe(boolean byteFallback, List<String> entries, List<MergeLearner.Merge> merges) {
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", byteFallback).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        ids.forEach(vocabulary::put);
        ArrayNode pairs = model.putArray("merges");
        for (MergeLearner.Merge merge : merges) {
            pairs.addArray().add(entries.get(merge.left())).add(entries.get(merge.right()));
        }
        return new TrainedTokenizer(root, ids.size(), specialTokens);
    }

    /** A Unigram model; entries without a score are never chosen, since no piece of text spells them. */
    TrainedTokenizer unigram(String unknown, Map<String, Double> scores) {
        ObjectNode model = root.putObject("model").put("type", "Unigram");
        model.put("unk_id", ids.get(unknown)).put("byte_fallback", true);
        ArrayNode vocabulary = model.putArray("vocab");
        ids.keySet().forEach(token -> vocabulary.addArray().add(token).add(scores.getOrDefault(token, 0.0)));
        return new TrainedTokenizer(root, ids.size(), specialTokens);
    }
}
