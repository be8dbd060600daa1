package org.maliang.model.gguf;

import java.util.Arrays;
import java.util.List;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tokenizer.sentencepiece.PieceType;

/** The entries of a vocabulary as llama.cpp has them, whose types are SentencePiece's; unused ones where there is none. */
final class Vocabulary {
    static final String PREFIX = "tokenizer.ggml.";
    static final String MODEL = PREFIX + "model";
    static final String PRE = PREFIX + "pre";
    static final String TOKENS = PREFIX + "tokens";
    static final String TYPES = PREFIX + "token_type";
    static final String SCORES = PREFIX + "scores";
    static final String MERGES = PREFIX + "merges";
    static final String UNKNOWN_ID = PREFIX + "unknown_token_id";
    static final String ADD_BOS = PREFIX + "add_bos_token";
    static final String ADD_EOS = PREFIX + "add_eos_token";
    static final String SPACE_PREFIX = PREFIX + "add_space_prefix";
    static final String EXTRA_SPACES = PREFIX + "remove_extra_whitespaces";
    static final String CHARS_MAP = PREFIX + "precompiled_charsmap";
    static final String CHAT_TEMPLATE = "tokenizer.chat_template";

    /** The specification's place for a whole {@code tokenizer.json}. */
    static final String JSON = "tokenizer.huggingface.json";

    /** Our own: whether jieba cuts words first. */
    static final String JIEBA = "maliang.tokenizer.jieba";

    private final String[] tokens;
    private final PieceType[] types;

    /** @param rows of the token embedding */
    Vocabulary(int rows) {
        tokens = new String[rows];
        types = new PieceType[rows];
        Arrays.setAll(tokens, Vocabulary::filler);
        Arrays.fill(types, PieceType.UNUSED);
    }

    /** How llama.cpp's converter spells an id without an entry. */
    static String filler(int id) {
        return "[PAD" + id + "]";
    }

    int rows() {
        return tokens.length;
    }

    String token(int id) {
        return tokens[id];
    }

    PieceType type(int id) {
        return id >= 0 && id < types.length ? types[id] : PieceType.UNUSED;
    }

    int id(String token) {
        return Arrays.asList(tokens).indexOf(token);
    }

    boolean contains(String text) {
        return Arrays.stream(tokens).anyMatch(token -> token.contains(text));
    }

    void set(int id, String token, PieceType type) {
        if (id < 0 || id >= tokens.length) {
            throw new UnsupportedModelException("the tokenizer's token '" + token + "' has id " + id
                    + ", but the model has " + tokens.length + " rows of embeddings");
        }
        tokens[id] = token;
        types[id] = type;
    }

    void write(GgufWriter out) {
        out.put(TOKENS, List.of(tokens))
                .put(TYPES, Arrays.stream(types).mapToInt(PieceType::number).toArray());
    }
}
