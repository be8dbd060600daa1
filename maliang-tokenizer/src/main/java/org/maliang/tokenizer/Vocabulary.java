package org.maliang.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} says about its entries: spelling, id, which are special, and how they become text.
 *
 * @param tokens entry by id, null where an id is unused
 * @param ids id by entry
 * @param special ids of special tokens
 * @param added spelling of the tokens that are found in the text before the model sees it
 * @param decoders types of the decoder steps, in order; empty if the file has no decoder
 * @param frame special tokens around a text
 */
record Vocabulary(
        @Nullable String[] tokens,
        Map<String, Integer> ids,
        Set<Integer> special,
        Set<String> added,
        List<String> decoders,
        Frame frame) {

    /** Larger ids are taken for a broken file. */
    static final int LARGEST_ID = 1 << 26;

    private static final long SPREAD = 16; // how much larger than the number of entries ids may be
    private static final int SPARE_IDS = 1 << 20;

    /** Reads the file in one pass, without building a tree: merges can run to hundreds of thousands. */
    static Vocabulary parse(String json) throws IOException {
        var reader = new Reader();
        try (JsonParser in = Json.MAPPER.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "model" -> reader.model(in);
                    case "added_tokens" -> reader.addedTokens(in);
                    case "normalizer", "pre_tokenizer", "decoder", "post_processor" -> reader.step(field, in);
                    default -> in.skipChildren();
                }
            }
        }
        Hazards.refuse(reader.step("normalizer"), reader.step("pre_tokenizer"), reader.step("decoder"));
        Hazards.refuseVanishing(reader.step("normalizer"), reader.normalized);
        if (!reader.mark.isEmpty()) {
            Hazards.refuseMerges(Json.MAPPER.readTree(json).path("model"), reader.mark);
        }
        return reader.vocabulary();
    }

    static TokenizerException outside(int id, int size) {
        return new TokenizerException("tokenizer: id " + id + " is outside the vocabulary of " + size
                + " entries; use the tokenizer the ids were made with");
    }

    /** Whether every entry stands for bytes whatever its neighbours are, so that {@link #bytes} tells all. */
    boolean spellsBytes() {
        return byteLevel() || byteFallback();
    }

    /** The bytes that an entry stands for. */
    byte[] bytes(String token) {
        return byteLevel() ? TokenBytes.byteLevel(token) : TokenBytes.byteFallback(token);
    }

    /** Whether {@code <0x00>} to {@code <0xFF>} are bytes, whatever the decoder does besides. */
    boolean fallsBack() {
        return decoders.contains("ByteFallback");
    }

    /**
     * Makes sure that later entries do not change what an entry adds to a text.
     *
     * @throws TokenizerException if they do
     */
    void requireOwnTexts() {
        for (String decoder : List.of("BPEDecoder", "CTC")) {
            if (decoders.contains(decoder)) {
                throw new TokenizerException("tokenizer: with the decoder " + decoder
                        + " the text of an entry depends on the next one; take a tokenizer with another for this");
            }
        }
    }

    /** Whether entries spell their bytes with the printable alphabet of GPT-2. */
    private boolean byteLevel() {
        return decoders.equals(List.of("ByteLevel"));
    }

    /** Whether entries are plain text, except {@code <0x00>} to {@code <0xFF>}, which are bytes. */
    private boolean byteFallback() {
        return decoders.equals(List.of("Sequence", "ByteFallback", "Fuse")) || decoders.equals(List.of("ByteFallback"));
    }

    private static final class Reader {
        private final Map<String, Integer> ids = new HashMap<>();
        private final Set<Integer> special = new HashSet<>();
        private final Set<String> added = new HashSet<>();
        private final List<String> normalized = new ArrayList<>(); // of the added ones
        private final Map<String, JsonNode> steps = new HashMap<>();
        private String mark = ""; // of entries that go on a word
        private int size;

        void model(JsonParser in) throws IOException {
            require(in, JsonToken.START_OBJECT, "model");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                JsonToken value = in.nextToken();
                if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
                    while (in.nextToken() == JsonToken.FIELD_NAME) {
                        String token = in.currentName();
                        in.nextToken();
                        add(token, in.getIntValue());
                    }
                } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
                    for (int id = 0; in.nextToken() == JsonToken.START_ARRAY; id++) {
                        in.nextToken();
                        add(in.getText(), id);
                        in.nextToken();
                        in.nextToken();
                    }
                } else if (field.equals("continuing_subword_prefix") && value == JsonToken.VALUE_STRING) {
                    mark = in.getText();
                } else {
                    in.skipChildren();
                }
            }
        }

        void addedTokens(JsonParser in) throws IOException {
            require(in, JsonToken.START_ARRAY, "added_tokens");
            while (in.nextToken() == JsonToken.START_OBJECT) {
                int id = -1;
                String content = "";
                boolean isSpecial = false;
                boolean isNormalized = false;
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String field = in.currentName();
                    in.nextToken();
                    switch (field) {
                        case "id" -> id = in.getIntValue();
                        case "content" -> content = in.getText();
                        case "special" -> isSpecial = in.getBooleanValue();
                        case "normalized" -> isNormalized = in.getBooleanValue();
                        default -> in.skipChildren();
                    }
                }
                add(content, id);
                added.add(content);
                if (isNormalized) {
                    normalized.add(content);
                }
                if (isSpecial) {
                    special.add(id);
                }
            }
        }

        private static void require(JsonParser in, JsonToken token, String field) throws IOException {
            if (in.currentToken() != token) {
                throw new IOException("`" + field + "` is not what it should be");
            }
        }

        private void add(String token, int id) throws IOException {
            if (id < 0 || id > LARGEST_ID) {
                throw new IOException("token '" + token + "' has the id " + id);
            }
            ids.put(token, id);
            size = Math.max(size, id + 1);
        }

        Vocabulary vocabulary() throws IOException {
            if (ids.isEmpty()) {
                throw new IOException("it has no vocabulary");
            }
            if (size > ids.size() * SPREAD + SPARE_IDS) {
                throw new IOException("the largest id is " + (size - 1) + " among " + ids.size() + " entries");
            }
            @Nullable String[] tokens = new String[size];
            ids.forEach((token, id) -> tokens[id] = token);
            Map<String, Integer> known = Map.copyOf(ids);
            return new Vocabulary(
                    tokens,
                    known,
                    Set.copyOf(special),
                    Set.copyOf(added),
                    step("decoder").findValuesAsText("type"),
                    Frame.parse(step("post_processor"), known));
        }

        void step(String name, JsonParser in) throws IOException {
            if (steps.put(name, in.readValueAsTree()) != null) {
                throw new IOException("`" + name + "` is there twice");
            }
        }

        JsonNode step(String name) {
            return steps.getOrDefault(name, NullNode.instance);
        }
    }
}
