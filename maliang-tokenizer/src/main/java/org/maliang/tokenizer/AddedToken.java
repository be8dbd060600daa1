package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A token that is found in the text before anything else is done to it.
 *
 * @param content how the text spells it
 * @param id its id, or {@link #UNSET}: that of the vocabulary entry, or the next free one
 * @param special whether decoding leaves it out
 * @param lstrip whether it takes the white space before it along
 * @param rstrip whether it takes the white space after it along
 * @param singleWord whether it must stand alone
 * @param normalized whether it is looked for in the normalised text
 */
record AddedToken(
        String content,
        int id,
        boolean special,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord,
        boolean normalized) {
    static final int UNSET = -1;

    static AddedToken special(String content) {
        return new AddedToken(content, UNSET, true, false, false, false, false);
    }

    /** A token written as a string, or as an object with flags. */
    static AddedToken of(JsonNode node, int id, boolean special) {
        if (node.isTextual()) {
            return new AddedToken(node.asText(), id, special, false, false, false, !special);
        }
        boolean isSpecial = node.path("special").asBoolean(special);
        return new AddedToken(
                node.path("content").asText(),
                id,
                isSpecial,
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("single_word").asBoolean(false),
                node.path("normalized").asBoolean(!isSpecial));
    }

    AddedToken withLeftStrip() {
        return new AddedToken(content, id, special, true, rstrip, singleWord, normalized);
    }

    /** Adds those tokens to a {@code tokenizer.json} that it does not have among its added ones. */
    static void addAll(ObjectNode json, List<AddedToken> tokens) {
        ArrayNode added = json.get("added_tokens") instanceof ArrayNode array ? array : json.putArray("added_tokens");
        Map<String, Integer> ids = new HashMap<>();
        JsonNode vocabulary = json.path("model").path("vocab");
        vocabulary
                .properties()
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
        if (vocabulary.isArray()) {
            vocabulary.forEach(entry -> ids.put(entry.path(0).asText(), ids.size()));
        }
        Set<String> known = new HashSet<>();
        for (JsonNode entry : added) {
            known.add(entry.path("content").asText());
            ids.putIfAbsent(entry.path("content").asText(), entry.path("id").asInt());
        }
        Map<Integer, String> owners = new HashMap<>();
        ids.forEach((content, id) -> owners.put(id, content));
        int next = owners.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
        for (AddedToken token : tokens) {
            if (token.content().isEmpty() || !known.add(token.content())) {
                continue;
            }
            int id = ids.getOrDefault(token.content(), token.id() == UNSET ? next : token.id());
            String owner = owners.putIfAbsent(id, token.content());
            if (owner != null && !owner.equals(token.content())) {
                throw new TokenizerException("the added token '" + token.content() + "' has the id " + id
                        + ", which is that of '" + owner + "'");
            }
            next = Math.max(next, id + 1);
            added.add(token.json(id));
            if (vocabulary instanceof ObjectNode map && !ids.containsKey(token.content())) {
                map.put(token.content(), id); // keeps the id where ids have gaps
            }
        }
    }

    private ObjectNode json(int actual) {
        ObjectNode json = Json.object().put("id", actual).put("content", content);
        json.put("single_word", singleWord).put("lstrip", lstrip).put("rstrip", rstrip);
        return json.put("normalized", normalized).put("special", special);
    }
}
