package org.maliang.tokenizer;

import java.util.stream.Stream;

/**
 * Learns a vocabulary from text. The same documents in the same order give the same bytes, however many threads work.
 *
 * <pre>{@code
 * try (Stream<String> lines = Files.lines(Path.of("poems.txt"))) {
 *     TokenizerTrainer.characters(TrainingOptions.of(8000)).train(lines).write(Path.of("my-tokenizer"));
 * }
 * }</pre>
 *
 * <p>What any of them trains encodes every text, spelling in bytes what it never saw, and gives it back exactly.
 */
public interface TokenizerTrainer {

    /**
     * Byte-level BPE, GPT-2's kind: text is bytes, cut by GPT-2's pattern; frequent runs of bytes become entries.
     *
     * @throws IllegalArgumentException if the vocabulary has no room beside the 256 bytes and the special tokens
     */
    static TokenizerTrainer bytes(TrainingOptions options) {
        return new ByteTrainer(options);
    }

    /**
     * Right for classical Chinese: every Han character, CJK mark and newline is an entry of its own; other scripts merge
     * into words.
     *
     * @throws IllegalArgumentException if the vocabulary has no room beside the 256 bytes and the special tokens
     */
    static TokenizerTrainer characters(TrainingOptions options) {
        return new CharacterTrainer(options);
    }

    /**
     * Unigram (Kudo 2018), SentencePiece's kind: of all ways to cut a text the most probable. Runs of Han characters are
     * cut into words; digits and marks stand alone; other scripts make words that begin with their blank.
     *
     * @throws IllegalArgumentException if the vocabulary has no room beside the 256 bytes and the special tokens, or, when
     *     training, beside the characters of the text
     */
    static TokenizerTrainer unigram(TrainingOptions options) {
        return new UnigramTrainer(options);
    }

    /**
     * Reads every document once and learns. Special tokens that a document spells are cut out, as encoding does.
     *
     * @throws TokenizerException if there is no text or a document is not well-formed
     */
    TrainedTokenizer train(Stream<String> documents);
}
