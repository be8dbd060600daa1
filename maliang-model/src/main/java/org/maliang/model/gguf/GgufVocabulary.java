package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.UnsupportedModelException;

/**
 * A vocabulary as llama.cpp has it. Byte-level BPE is its {@code gpt2}; BPE over characters that falls back to bytes, as
 * LLaMA's, is its {@code llama}, where an earlier merge has the higher score. llama.cpp cuts words in ways of its own: the
 * ids of text are the same where the cutting is.
 *
 * @param kind of tokenizer
 * @param tokens by id
 * @param types by id: 1 normal, 3 control, 4 user-defined, 5 unused, 6 byte
 * @param scores by id
 * @param merges of byte-level BPE, the earliest first
 */
record GgufVocabulary(String kind, List<String> tokens, List<Integer> types, List<Float> scores, List<String> merges) {
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    /** @param rows of the embedding, which may be more than there are entries */
    static GgufVocabulary of(JsonNode json, int rows) {
        JsonNode model = json.path("model");
        boolean bytes = model.path("byte_fallback").asBoolean(false);
        if (!model.path("type").asText("BPE").equals("BPE")
                || !model.path("vocab").isObject()) {
            throw new UnsupportedModelException("a tokenizer of type " + model.path("type")
                    + " cannot be written as GGUF yet; BPE can: convert the model without its tokenizer.json");
        }
        String[] tokens = new String[rows];
        Integer[] types = new Integer[rows];
        Float[] scores = new Float[rows];
        Arrays.fill(types, UNUSED);
        Arrays.fill(scores, 0f);
        List<String> merges = new ArrayList<>();
        Map<String, Integer> ranks = new HashMap<>();
        for (JsonNode merge : model.path("merges")) {
            String pair =
                    merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText();
            ranks.putIfAbsent(
                    merge.isArray() ? merge.get(0).asText() + merge.get(1).asText() : pair.replace(" ", ""),
                    ranks.size());
            merges.add(pair);
        }
        model.path("vocab").properties().forEach(entry -> {
            int id = entry.getValue().asInt(-1);
            if (id >= 0 && id < rows) {
                tokens[id] = entry.getKey();
                types[id] = bytes && entry.getKey().matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL;
                scores[id] = -(float) ranks.getOrDefault(entry.getKey(), -1) - 1;
            }
        });
        for (JsonNode added : json.path("added_tokens")) {
            int id = added.path("id").asInt(-1);
            if (id >= 0 && id < rows) {
                tokens[id] = added.path("content").asText();
                types[id] = added.path("special").asBoolean(false) ? CONTROL : USER_DEFINED;
            }
        }
        for (int id = 0; id < rows; id++) {
            tokens[id] = tokens[id] == null ? "[PAD" + id + "]" : tokens[id];
        }
        return new GgufVocabulary(
                bytes ? "llama" : "gpt2", List.of(tokens), List.of(types), List.of(scores), bytes ? List.of() : merges);
    }

    /** @param begins whether texts begin with a token of their own */
    void put(GgufWriter writer, boolean begins) {
        writer.put("tokenizer.ggml.model", kind);
        writer.put("tokenizer.ggml.pre", kind.equals("gpt2") ? "gpt-2" : "default");
        writer.put("tokenizer.ggml.tokens", tokens);
        float[] numbers = new float[scores.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = scores.get(i);
        }
        writer.put("tokenizer.ggml.scores", numbers);
        writer.put(
                "tokenizer.ggml.token_type",
                types.stream().mapToInt(Integer::intValue).toArray());
        if (!merges.isEmpty()) {
            writer.put("tokenizer.ggml.merges", merges);
        }
        writer.put("tokenizer.ggml.add_space_prefix", false);
        writer.put("tokenizer.ggml.add_bos_token", begins);
        writer.put("tokenizer.ggml.add_eos_token", false);
    }
}
