package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Leaves entries out of a {@code tokenizer.json}. */
final class VocabularyPruner {
    private final ObjectNode json;
    private final ObjectNode model;
    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet kept = new BitSet();

    VocabularyPruner(ObjectNode json) {
        this.json = json;
        this.model = json.path("model") instanceof ObjectNode object ? object : Json.object();
        JsonNode vocabulary = model.path("vocab");
        vocabulary
                .properties()
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
        int id = 0;
        for (JsonNode entry : vocabulary.isArray() ? vocabulary : Json.object()) {
            ids.put(entry.path(0).asText(), id++);
        }
        json.path("added_tokens")
                .forEach(token ->
                        ids.put(token.path("content").asText(), token.path("id").asInt()));
    }

    PrunedVocabulary prune(BitSet keep, TokenizerSettings settings) {
        ids.values().stream().filter(keep::get).forEach(kept::set);
        json.path("added_tokens").forEach(token -> kept.set(token.path("id").asInt()));
        keepBytes();
        keepUnknown();
        if (type().equals("BPE")) {
            keepHalves();
        }
        int[] oldIds = kept.stream().toArray();
        Map<Integer, Integer> newIds = new HashMap<>();
        for (int id = 0; id < oldIds.length; id++) {
            newIds.put(oldIds[id], id);
        }
        renumberModel(newIds);
        renumberTokens(newIds);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(TokenizerFiles.JSON, Json.pretty(json));
        files.putAll(settings.renumbered(token -> newIds.get(ids.get(token))));
        return new PrunedVocabulary(files, oldIds);
    }

    private String type() {
        String type = model.path("type").asText();
        return type.isEmpty() && model.has("merges") ? "BPE" : type;
    }

    private void keepBytes() {
        for (int b = 0; b < TokenizerJson.BYTES; b++) {
            keep(String.format("<0x%02X>", b));
        }
        boolean byteLevel = json.path("decoder").findValuesAsText("type").contains("ByteLevel")
                || json.path("decoder").path("type").asText().equals("ByteLevel");
        for (int b = 0; byteLevel && b < TokenizerJson.BYTES; b++) {
            keep(String.valueOf(TokenBytes.printable(b)));
            keep(TokenBytes.printable(b) + model.path("end_of_word_suffix").asText(""));
        }
    }

    private void keep(String token) {
        Integer id = ids.get(token);
        if (id != null) {
            kept.set(id);
        }
    }

    /** The entry for what is unknown; of Unigram also the least probable one, which its score is reckoned from. */
    private void keepUnknown() {
        keep(model.path("unk_token").asText());
        JsonNode pieces = model.path("vocab");
        if (!type().equals("Unigram")) {
            return;
        }
        if (model.path("unk_id").isInt()) {
            kept.set(model.path("unk_id").asInt());
        }
        int least = 0;
        for (int id = 1; id < pieces.size(); id++) {
            boolean less = pieces.path(id).path(1).asDouble()
                    < pieces.path(least).path(1).asDouble();
            least = less ? id : least;
        }
        kept.set(least);
    }

    /** Two entries that are joined, and what they are joined to. */
    private record Merge(String left, String right, String whole) {}

    private List<Merge> merges() {
        String mark = model.path("continuing_subword_prefix").asText("");
        List<Merge> merges = new ArrayList<>();
        for (JsonNode merge : model.path("merges")) {
            String[] halves = merge.isTextual()
                    ? merge.asText().split(" ", 2)
                    : new String[] {merge.path(0).asText(), merge.path(1).asText()};
            merges.add(new Merge(halves[0], halves[1], halves[0] + halves[1].substring(mark.length())));
        }
        return merges;
    }

    /** However an entry may have been joined, every step stays. */
    private void keepHalves() {
        Map<String, List<Merge>> ways = new HashMap<>();
        merges().forEach(merge ->
                ways.computeIfAbsent(merge.whole(), whole -> new ArrayList<>()).add(merge));
        Deque<String> open = new ArrayDeque<>();
        ids.forEach((token, id) -> {
            if (kept.get(id)) {
                open.add(token);
            }
        });
        while (!open.isEmpty()) {
            for (Merge merge : ways.getOrDefault(open.remove(), List.of())) {
                for (String half : List.of(merge.left(), merge.right())) {
                    Integer id = ids.get(half);
                    if (id != null && !kept.get(id)) {
                        kept.set(id);
                        open.add(half);
                    }
                }
            }
        }
    }

    private void renumberModel(Map<Integer, Integer> newIds) {
        JsonNode old = model.path("vocab");
        if (old.isArray()) {
            ArrayNode pieces = Json.MAPPER.createArrayNode();
            newIds.keySet().stream().sorted().filter(old::has).forEach(id -> pieces.add(old.get(id)));
            model.set("vocab", pieces);
            if (model.path("unk_id").isInt()) {
                model.put("unk_id", newIds.get(model.path("unk_id").asInt()));
            }
            return;
        }
        if (type().equals("BPE")) {
            ArrayNode merges = Json.MAPPER.createArrayNode();
            for (Merge merge : merges()) {
                if (isKept(merge.left()) && isKept(merge.right()) && isKept(merge.whole())) {
                    merges.addArray().add(merge.left()).add(merge.right());
                }
            }
            model.set("merges", merges);
        }
        ObjectNode entries = Json.object();
        old.properties().stream()
                .filter(entry -> newIds.containsKey(entry.getValue().asInt()))
                .sorted((a, b) ->
                        Integer.compare(a.getValue().asInt(), b.getValue().asInt()))
                .forEach(entry ->
                        entries.put(entry.getKey(), newIds.get(entry.getValue().asInt())));
        model.set("vocab", entries);
    }

    private boolean isKept(String token) {
        Integer id = ids.get(token);
        return id != null && kept.get(id);
    }

    /** Wherever else the file names an id. */
    private void renumberTokens(Map<Integer, Integer> newIds) {
        for (JsonNode token : json.path("added_tokens")) {
            ((ObjectNode) token).put("id", newIds.get(token.path("id").asInt()));
        }
        JsonNode processor = json.path("post_processor");
        for (String role : List.of("sep", "cls")) {
            for (JsonNode pair : processor.findValues(role)) {
                if (pair instanceof ArrayNode array && array.size() == 2) {
                    array.set(1, newIds.getOrDefault(array.path(1).asInt(), 0));
                }
            }
        }
        for (JsonNode list : processor.findValues("ids")) {
            ArrayNode array = (ArrayNode) list;
            for (int i = 0; i < array.size(); i++) {
                array.set(i, newIds.getOrDefault(array.path(i).asInt(), 0));
            }
        }
        json.putNull("padding");
        json.putNull("truncation");
    }
}
