package org.maliang.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Text to ids and back, as the files of one model describe it. Safe for use by many threads.
 *
 * <pre>{@code
 * try (var tokenizer = Tokenizer.load(Path.of("models/poet"))) {
 *     int[] ids = tokenizer.encode("春江花月夜");
 *     String text = tokenizer.decode(ids);
 * }
 * }</pre>
 *
 * <p>{@code encode} adds nothing: no beginning, no end; {@link #encodeWithSpecials} and {@link #encodePair} do. Special
 * tokens are recognised where the text spells them, so text
 * from strangers that must not steer a model has to be cleaned of them first.
 */
public interface Tokenizer extends AutoCloseable {

    /**
     * Opens the tokenizer of a model directory: the first there is of {@code tokenizer.json} (cut by jieba first where the
     * directory is AliceMind's); {@code chinese_vocab.model} with {@code vocab.json} (CPM); a SentencePiece {@code .model}
     * (bare, LLaMA, T5, XLM-R, mBART); {@code vocab.json} with {@code merges.txt} (GPT-2, RoBERTa, BART, OPT, CLIP, Qwen2),
     * or OpenAI's {@code encoder.json} with {@code vocab.bpe};
     * BERT's {@code vocab.txt}. What {@code tokenizer_config.json}, {@code special_tokens_map.json} and
     * {@code added_tokens.json} say counts. A {@code tokenizer.json}, {@code .model} or {@code vocab.txt} can also be opened
     * by itself.
     *
     * @throws TokenizerException if there is none, it cannot be understood, or it wants a class that is not known
     */
    static Tokenizer load(Path path) {
        return TokenizerFiles.at(path).open();
    }

    /**
     * The ids of the text, without any special token that the text does not spell.
     *
     * @throws TokenizerException if the text holds half a surrogate pair, which no encoding can express
     */
    int[] encode(String text);

    /**
     * {@link #encode} with the place of every id in the text, for those who mark what a model found there.
     *
     * @throws TokenizerException as {@code encode} does, and of CPM's tokenizer, which does not say
     */
    PlacedTokens locate(String text);

    /** {@link #encode} of every text, on all cores, in order. */
    List<int[]> encodeAll(List<String> texts);

    /** The special tokens that the model expects around a text or a pair of texts; also cuts to a length. */
    Frame frame();

    /** {@link #encode} with the special tokens around, such as {@code [CLS] … [SEP]}. */
    default Encoding encodeWithSpecials(String text) {
        return frame().single(encode(text));
    }

    /** Two texts with the special tokens around and between, such as {@code [CLS] … [SEP] … [SEP]}. */
    default Encoding encodePair(String first, String second) {
        return frame().pair(encode(first), encode(second));
    }

    /** The vocabulary entries of the ids, as {@code tokenizer.json} spells them. */
    List<String> tokens(int[] ids);

    /**
     * The text of the ids, the same that {@link #stream} gives piece by piece. Special tokens are skipped; where entries are
     * bytes, those that form no character are dropped.
     *
     * @throws TokenizerException if an id is outside the vocabulary
     */
    String decode(int[] ids);

    /** The text of the ids; with {@code keepSpecial} special tokens are spelled out. */
    String decode(int[] ids, boolean keepSpecial);

    /** The largest id + 1: the number of rows an embedding needs at least. */
    int vocabularySize();

    /** The id of a vocabulary entry, spelled as in {@code tokenizer.json}. */
    OptionalInt id(String token);

    /** The vocabulary entry of an id. */
    String token(int id);

    /**
     * The UTF-8 bytes that an entry adds to a text: whole characters, or a part of one. Empty where it stands for no text, as
     * special tokens and the one for what is unknown.
     *
     * @param first whether the text begins with it, where some tokenizers leave out a blank
     * @throws TokenizerException if the id is outside the vocabulary, or what follows decides about the text
     */
    byte[] bytes(int id, boolean first);

    /** Ids of the special tokens. */
    Set<Integer> specialIds();

    /** A new stream that turns ids into whole characters as they come. */
    TextStream stream();

    @Override
    void close();
}
