package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerFiles;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;

/**
 * Writes a tokenizer as llama.cpp's vocabulary (src/llama-vocab.cpp). Byte-level BPE is its "gpt2"; other BPE is its
 * "llama", whose scores say which pair is merged first; Unigram is its "t5". Whatever the kind, ids are right. A
 * {@code tokenizer.json} is written whole besides, for programs that run it, such as this one.
 */
final class TokenizerExport {
    private static final String SPACE = "\u2581"; // how llama.cpp's "llama" and "t5" write a space

    private final TokenizerFiles files;
    private final ConfigReader config;
    private final Vocabulary vocabulary;
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param rows of the token embedding: what the vocabulary lacks is filled with unused tokens
     */
    TokenizerExport(TokenizerFiles files, ObjectNode config, int rows) {
        this.files = files;
        this.config = new ConfigReader(config);
        this.vocabulary = new Vocabulary(rows);
    }

    /** Writes all values and gives remarks on what llama.cpp does differently. */
    List<String> describe(GgufWriter out) {
        Optional<SentencePieceModel> pieces = files.pieces();
        Optional<ObjectNode> json = files.json();
        if (pieces.isPresent()) {
            remarks.addAll(new PieceExport(pieces.get(), vocabulary).describe(out));
            frame(out);
        } else if (json.isPresent()) {
            entries(json.get(), out);
            out.put(Vocabulary.ADD_BOS, TokenizerJson.frames(json.get(), true))
                    .put(Vocabulary.ADD_EOS, TokenizerJson.frames(json.get(), false))
                    .put(Vocabulary.JSON, json.get().toString());
        } else {
            out.put(Vocabulary.MODEL, "no_vocab");
            remarks.add("there is no tokenizer: the file has no vocabulary, and takes and gives ids only");
            return remarks;
        }
        if (files.cutsWords()) {
            out.put(Vocabulary.JIEBA, true);
            remarks.add("llama.cpp does not cut words with jieba before: text gets other ids; feed it ids");
        }
        if (!files.setting("legacy").asBoolean(true)) {
            remarks.add("llama.cpp puts a blank behind special tokens, where this tokenizer puts none");
        }
        vocabulary.write(out);
        specialIds(out);
        String template = files.setting("chat_template").asText("");
        if (!template.isEmpty()) {
            out.put(Vocabulary.CHAT_TEMPLATE, template);
        }
        return remarks;
    }

    private void frame(GgufWriter out) {
        int text = -1;
        try (Tokenizer tokenizer = files.open()) {
            int[] framed = tokenizer.frame().single(new int[] {text}).ids();
            out.put(Vocabulary.ADD_BOS, framed[0] != text).put(Vocabulary.ADD_EOS, framed[framed.length - 1] != text);
        }
    }

    private void entries(ObjectNode json, GgufWriter out) {
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
                out.put(Vocabulary.MODEL, "llama").put(Vocabulary.SCORES, new float[vocabulary.rows()]);
                remarks.add("llama.cpp has no " + kind.path("type").asText()
                        + " tokenizer for this architecture: ids are right, but it cuts text differently; feed it ids");
            }
        }
        added(json);
    }

    /** Token to id. */
    private void vocabulary(JsonNode tokens) {
        tokens.properties()
                .forEach(entry -> vocabulary.set(entry.getValue().asInt(-1), entry.getKey(), PieceType.NORMAL));
    }

    private void byteLevel(JsonNode json, List<TokenizerJson.Merge> merges, GgufWriter out) {
        out.put(Vocabulary.MODEL, "gpt2")
                .put(
                        Vocabulary.MERGES,
                        merges.stream().map(TokenizerJson.Merge::text).toList());
        String cut = Cuts.name(json.path("pre_tokenizer"));
        out.put(Vocabulary.PRE, cut);
        if (cut.equals(Cuts.UNKNOWN)) {
            remarks.add(
                    "llama.cpp does not know how this tokenizer cuts words before it merges: text may get other ids");
        }
        if (TokenizerJson.prependsSpace(json)) {
            out.put(Vocabulary.SPACE_PREFIX, true);
        }
    }

    /** The earlier a merge, the higher its score; what no merge makes is never made. */
    private float[] scores(List<TokenizerJson.Merge> merges) {
        Map<String, Integer> ranks = new HashMap<>();
        for (int i = 0; i < merges.size(); i++) {
            ranks.putIfAbsent(merges.get(i).joined(), i);
        }
        float[] scores = new float[vocabulary.rows()];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = -(float) ranks.getOrDefault(vocabulary.token(id), merges.size());
        }
        return scores;
    }

    private void sentencePieces(JsonNode json, float[] scores, GgufWriter out) {
        boolean marked = vocabulary.contains(SPACE);
        for (int id = 0; id < vocabulary.rows(); id++) {
            if (vocabulary.type(id) == PieceType.NORMAL) {
                String token = vocabulary.token(id);
                vocabulary.set(id, marked ? token : token.replace(" ", SPACE), TokenizerJson.type(token));
            }
        }
        out.put(Vocabulary.MODEL, "llama").put(Vocabulary.PRE, "default").put(Vocabulary.SCORES, scores);
        out.put(Vocabulary.SPACE_PREFIX, TokenizerJson.prependsSpace(json));
        unknown(vocabulary.id(json.path("model").path("unk_token").asText("")), out);
        JsonNode cut = json.path("pre_tokenizer");
        if (!cut.isMissingNode() && !cut.isNull() && !TokenizerJson.mentions(cut, "Metaspace")) {
            remarks.add("llama.cpp does not cut words before it merges: runs of spaces, signs or Latin letters may get"
                    + " other ids");
        }
    }

    private void unigram(JsonNode json, JsonNode kind, GgufWriter out) {
        float[] scores = new float[vocabulary.rows()];
        int id = 0;
        for (JsonNode entry : kind.path("vocab")) {
            String token = entry.path(0).asText();
            boolean bytes = kind.path("byte_fallback").asBoolean();
            vocabulary.set(id, token, bytes ? TokenizerJson.type(token) : PieceType.NORMAL);
            scores[id++] = (float) entry.path(1).asDouble();
        }
        unknown(kind.path("unk_id").asInt(-1), out);
        out.put(Vocabulary.MODEL, "t5").put(Vocabulary.SCORES, scores);
        out.put(Vocabulary.SPACE_PREFIX, TokenizerJson.prependsSpace(json));
        JsonNode normalizer = json.path("normalizer");
        if (normalizer.path("type").asText().equals("Precompiled")) {
            out.put(Vocabulary.CHARS_MAP, charsMap(normalizer));
        } else if (!normalizer.isNull() && !normalizer.isMissingNode()) {
            remarks.add(
                    "llama.cpp does not normalise text as this tokenizer does: unusual characters may get other ids");
        }
    }

    private static byte[] charsMap(JsonNode normalizer) {
        try {
            return Base64.getDecoder()
                    .decode(normalizer.path("precompiled_charsmap").asText());
        } catch (IllegalArgumentException e) {
            throw new UnsupportedModelException(
                    "tokenizer.json: the precompiled_charsmap of its normalizer is not Base64:"
                            + " download the model again");
        }
    }

    private void unknown(int id, GgufWriter out) {
        if (id >= 0 && id < vocabulary.rows()) {
            vocabulary.set(id, vocabulary.token(id), PieceType.UNKNOWN);
            out.put(Vocabulary.UNKNOWN_ID, id);
        }
    }

    private void added(JsonNode json) {
        for (JsonNode token : json.path("added_tokens")) {
            int id = token.path("id").asInt(-1);
            boolean unknown = vocabulary.type(id) == PieceType.UNKNOWN;
            PieceType role = token.path("special").asBoolean() ? PieceType.CONTROL : PieceType.USER_DEFINED;
            vocabulary.set(id, token.path("content").asText(), unknown ? PieceType.UNKNOWN : role);
        }
    }

    private void specialIds(GgufWriter out) {
        id("bos_token_id").ifPresent(id -> out.put(Vocabulary.PREFIX + "bos_token_id", id));
        id("eos_token_id").ifPresent(id -> out.put(Vocabulary.PREFIX + "eos_token_id", id));
        id("pad_token_id").ifPresent(id -> out.put(Vocabulary.PREFIX + "padding_token_id", id));
    }

    /** The first where there are several. */
    private OptionalInt id(String key) {
        JsonNode node = config.config().path(key);
        return node.isArray() && node.path(0).isInt()
                ? OptionalInt.of(node.path(0).asInt())
                : config.id(key);
    }
}
