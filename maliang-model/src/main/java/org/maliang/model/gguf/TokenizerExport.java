package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.model.UnsupportedModelException;

/**
 * Writes a {@code tokenizer.json} as llama.cpp's vocabulary (src/llama-vocab.cpp). Byte-level BPE is its "gpt2"; other BPE
 * is its "llama", whose scores say which pair is merged first; Unigram is its "t5". Whatever the kind, ids are right.
 */
final class TokenizerExport {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String SPACE = "\u2581"; // how llama.cpp's "llama" and "t5" write a space

    /** {@code llama_token_type}. */
    private static final int NORMAL = 1;

    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    private final ModelDirectory model;
    private final int rows;
    private final String[] tokens;
    private final int[] types;
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param rows of the token embedding: what the vocabulary lacks is filled with unused tokens
     */
    TokenizerExport(ModelDirectory model, int rows) {
        this.model = model;
        this.rows = rows;
        this.tokens = new String[rows];
        this.types = new int[rows];
    }

    /** Writes all values and gives remarks on what llama.cpp does differently. */
    List<String> describe(GgufWriter out) {
        Path file = model.file("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            out.put(PREFIX + "model", "no_vocab");
            remarks.add("there is no tokenizer.json: the file has no vocabulary, and takes and gives ids only");
            return remarks;
        }
        JsonNode json = TokenizerJson.read(file);
        for (int id = 0; id < rows; id++) {
            tokens[id] = "[PAD" + id + "]";
            types[id] = UNUSED;
        }
        JsonNode kind = json.path("model");
        List<TokenizerJson.Merge> merges = TokenizerJson.merges(kind);
        boolean byteLevel = TokenizerJson.mentions(json.path("pre_tokenizer"), "ByteLevel")
                || TokenizerJson.mentions(json.path("decoder"), "ByteLevel");
        switch (kind.path("type").asText("BPE")) {
            case "BPE" -> {
                vocabulary(kind.path("vocab"));
                if (byteLevel) {
                    byteLevel(json, merges, out);
                } else {
                    sentencePieces(json, scores(merges), out);
                }
            }
            case "Unigram" -> unigram(json, kind, out);
            default -> {
                vocabulary(kind.path("vocab"));
                out.put(PREFIX + "model", "llama").put(PREFIX + "scores", new float[rows]);
                remarks.add("llama.cpp has no " + kind.path("type").asText()
                        + " tokenizer for this architecture: ids are right, but it cuts text differently; feed it ids");
            }
        }
        added(json);
        out.put(PREFIX + "tokens", List.of(tokens)).put(PREFIX + "token_type", types);
        specialIds(json, out);
        chatTemplate(out);
        return remarks;
    }

    /** Token to id. */
    private void vocabulary(JsonNode vocabulary) {
        vocabulary.properties().forEach(entry -> set(entry.getValue().asInt(-1), entry.getKey(), NORMAL));
    }

    private void set(int id, String token, int type) {
        if (id < 0 || id >= rows) {
            throw new UnsupportedModelException("tokenizer.json: token '" + token + "' has id " + id
                    + ", but the model has " + rows + " rows of embeddings");
        }
        tokens[id] = token;
        types[id] = type;
    }

    private void byteLevel(JsonNode json, List<TokenizerJson.Merge> merges, GgufWriter out) {
        out.put(PREFIX + "model", "gpt2")
                .put(
                        PREFIX + "merges",
                        merges.stream().map(TokenizerJson.Merge::text).toList());
        String cut = Cuts.name(json.path("pre_tokenizer"));
        out.put(PREFIX + "pre", cut);
        if (cut.equals(Cuts.UNKNOWN)) {
            remarks.add(
                    "llama.cpp does not know how this tokenizer cuts words before it merges: text may get other ids");
        }
        if (TokenizerJson.prependsSpace(json)) {
            out.put(PREFIX + "add_space_prefix", true);
        }
    }

    /** The earlier a merge, the higher its score; what no merge makes is never made. */
    private float[] scores(List<TokenizerJson.Merge> merges) {
        Map<String, Integer> ranks = new HashMap<>();
        for (int i = 0; i < merges.size(); i++) {
            ranks.putIfAbsent(merges.get(i).joined(), i);
        }
        float[] scores = new float[rows];
        for (int id = 0; id < rows; id++) {
            scores[id] = -(float) ranks.getOrDefault(tokens[id], merges.size());
        }
        return scores;
    }

    private void sentencePieces(JsonNode json, float[] scores, GgufWriter out) {
        boolean marked = Arrays.stream(tokens).anyMatch(token -> token.contains(SPACE));
        for (int id = 0; id < rows; id++) {
            if (types[id] == NORMAL) {
                tokens[id] = marked ? tokens[id] : tokens[id].replace(" ", SPACE);
                types[id] = tokens[id].matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL;
            }
        }
        out.put(PREFIX + "model", "llama").put(PREFIX + "pre", "default").put(PREFIX + "scores", scores);
        out.put(PREFIX + "add_space_prefix", TokenizerJson.prependsSpace(json));
        unknown(json, out);
        JsonNode cut = json.path("pre_tokenizer");
        if (!cut.isMissingNode() && !cut.isNull() && !TokenizerJson.mentions(cut, "Metaspace")) {
            remarks.add("llama.cpp does not cut words before it merges: runs of spaces, signs or Latin letters may get"
                    + " other ids");
        }
    }

    private void unigram(JsonNode json, JsonNode kind, GgufWriter out) {
        float[] scores = new float[rows];
        int id = 0;
        for (JsonNode entry : kind.path("vocab")) {
            String token = entry.path(0).asText();
            set(id, token, kind.path("byte_fallback").asBoolean() && token.matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL);
            scores[id++] = (float) entry.path(1).asDouble();
        }
        int unknown = kind.path("unk_id").asInt(-1);
        if (unknown >= 0 && unknown < rows) {
            types[unknown] = UNKNOWN;
            out.put(PREFIX + "unknown_token_id", unknown);
        }
        out.put(PREFIX + "model", "t5").put(PREFIX + "scores", scores);
        out.put(PREFIX + "add_space_prefix", TokenizerJson.prependsSpace(json));
        if (!json.path("normalizer").isNull()) {
            remarks.add(
                    "llama.cpp does not normalise text as this tokenizer does: unusual characters may get other ids");
        }
    }

    private void unknown(JsonNode json, GgufWriter out) {
        String unknown = json.path("model").path("unk_token").asText("");
        int id = Arrays.asList(tokens).indexOf(unknown);
        if (!unknown.isEmpty() && id >= 0) {
            types[id] = UNKNOWN;
            out.put(PREFIX + "unknown_token_id", id);
        }
    }

    private void added(JsonNode json) {
        for (JsonNode token : json.path("added_tokens")) {
            int id = token.path("id").asInt(-1);
            boolean special = token.path("special").asBoolean();
            boolean unknown = id >= 0 && id < rows && types[id] == UNKNOWN;
            set(id, token.path("content").asText(), unknown ? UNKNOWN : special ? CONTROL : USER_DEFINED);
        }
    }

    private void specialIds(JsonNode json, GgufWriter out) {
        ConfigReader config = new ConfigReader(model.config());
        id(config, "bos_token_id").ifPresent(id -> out.put(PREFIX + "bos_token_id", id));
        id(config, "eos_token_id").ifPresent(id -> out.put(PREFIX + "eos_token_id", id));
        id(config, "pad_token_id").ifPresent(id -> out.put(PREFIX + "padding_token_id", id));
        out.put(PREFIX + "add_bos_token", TokenizerJson.frames(json, true));
        out.put(PREFIX + "add_eos_token", TokenizerJson.frames(json, false));
    }

    /** The first where there are several. */
    private static OptionalInt id(ConfigReader config, String key) {
        JsonNode node = config.config().path(key);
        return node.isArray() && node.path(0).isInt()
                ? OptionalInt.of(node.path(0).asInt())
                : config.id(key);
    }

    private void chatTemplate(GgufWriter out) {
        if (Files.isRegularFile(model.file("tokenizer_config.json"))) {
            JsonNode template = model.json("tokenizer_config.json").path("chat_template");
            if (template.isTextual()) {
                out.put("tokenizer.chat_template", template.asText());
            }
        }
    }
}
