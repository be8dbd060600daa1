package org.maliang.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Text to ids and back, as one {@code tokenizer.json} describes it. Safe for use by many threads.
 *
 * <pre>{@code
 * try (var tokenizer = Tokenizer.load(Path.of("models/poet"))) {
 *     int[] ids = tokenizer.encode("春江花月夜");
 *     String text = tokenizer.decode(ids);
 * }
 * }</pre>
 *
 * <p>{@code encode} adds nothing: no beginning, no end. Special tokens are recognised where the text spells them, so text
 * from strangers that must not steer a model has to be cleaned of them first.
 */
public interface Tokenizer extends AutoCloseable {

    /**
     * Opens a {@code tokenizer.json}, or the one in a model directory.
     *
     * @throws TokenizerException if there is none or it cannot be understood
     */
    static Tokenizer load(Path path) {
        return JsonTokenizer.load(path);
    }

    /**
     * The ids of the text, without any special token that the text does not spell.
     *
     * @throws TokenizerException if the text holds half a surrogate pair, which no encoding can express
     */
    int[] encode(String text);

    /** {@link #encode} of every text, on all cores, in order. */
    List<int[]> encodeAll(List<String> texts);

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

    /** Ids of the special tokens. */
    Set<Integer> specialIds();

    /** A new stream that turns ids into whole characters as they come. */
    TextStream stream();

    @Override
    void close();
}
