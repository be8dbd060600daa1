package org.maliang.tokenizer;

import java.util.HashSet;
import java.util.List;

/**
 * What every trainer asks for.
 *
 * @param vocabularySize entries at most, special tokens and bytes included; fewer if the text does not offer them
 * @param minFrequency how often a new entry must occur in the text, at least 1
 * @param specialTokens first entries, in order; never produced by learning; the first one also marks document ends
 * @param threads threads to use
 * @param progress told about the work as it goes
 */
public record TrainingOptions(
        int vocabularySize, int minFrequency, List<String> specialTokens, int threads, Progress progress) {

    /** Hears how far training is; called from the training thread, often: whoever draws should skip some. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} units of {@code stage} are finished, out of {@code total}, which is 0 while unknown. */
        void update(String stage, long done, long total);
    }

    /**
     * All options.
     *
     * @throws IllegalArgumentException if a number is not positive, or a special token is empty or given twice
     */
    public TrainingOptions {
        specialTokens = List.copyOf(specialTokens);
        require(minFrequency >= 1, "the minimum frequency must be at least 1, not " + minFrequency);
        require(threads >= 1, "the number of threads must be at least 1, not " + threads);
        require(specialTokens.stream().noneMatch(String::isEmpty), "a special token must not be empty");
        require(new HashSet<>(specialTokens).size() == specialTokens.size(), "a special token is given twice");
    }

    /** A vocabulary of this size with {@code <|endoftext|>}, entries seen at least twice, and all processors. */
    public static TrainingOptions of(int vocabularySize) {
        return new TrainingOptions(
                vocabularySize,
                2,
                List.of("<|endoftext|>"),
                Runtime.getRuntime().availableProcessors(),
                (stage, done, total) -> {});
    }

    public TrainingOptions withMinFrequency(int value) {
        return new TrainingOptions(vocabularySize, value, specialTokens, threads, progress);
    }

    public TrainingOptions withSpecialTokens(List<String> value) {
        return new TrainingOptions(vocabularySize, minFrequency, value, threads, progress);
    }

    public TrainingOptions withThreads(int value) {
        return new TrainingOptions(vocabularySize, minFrequency, specialTokens, value, progress);
    }

    public TrainingOptions withProgress(Progress value) {
        return new TrainingOptions(vocabularySize, minFrequency, specialTokens, threads, value);
    }

    /** How much is left to learn beside so many fixed entries and the special tokens; refuses if nothing is. */
    int roomBeside(int fixed) {
        int taken = fixed + specialTokens.size();
        require(
                vocabularySize > taken,
                "a vocabulary of " + vocabularySize + " has no room: " + fixed
                        + " fixed entries (bytes and characters) and " + specialTokens.size() + " special tokens take "
                        + taken + "; ask for more than that");
        return vocabularySize - taken;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tokenizer training: " + message);
        }
    }
}
