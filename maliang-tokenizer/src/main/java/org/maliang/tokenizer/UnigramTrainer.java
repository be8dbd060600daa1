package org.maliang.tokenizer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Unigram over the cut that leaves runs of Han characters whole. Characters that make up {@link #COVERAGE} of the text are
 * entries, the rest is spelled in bytes.
 */
final class UnigramTrainer implements TokenizerTrainer {
    private static final double COVERAGE = 0.9995; // what SentencePiece recommends for Chinese
    private static final String UNKNOWN = "<unk>"; // the format wants one; bytes spell whatever is unknown
    private static final int FIXED = TokenizerJson.BYTES + 1;

    private final TrainingOptions options;

    UnigramTrainer(TrainingOptions options) {
        options.roomBeside(FIXED);
        this.options = options;
    }

    @Override
    public TrainedTokenizer train(Stream<String> documents) {
        PreTokenizer cut = CharacterSplit.hanTogether();
        CharacterWords characters = CharacterWords.of(new WordCounter(cut, options).count(documents));
        int[] covered = covered(characters);
        int room = covered.length + options.roomBeside(FIXED + covered.length);
        long[] counts = Arrays.stream(covered).mapToLong(characters::count).toArray();
        SymbolWords words = CoveredWords.of(characters, covered, Lattice.LONGEST_WORD);
        TokenizerJson json =
                new TokenizerJson(options.specialTokens()).unknown(UNKNOWN).bytes();
        try (var workers = new Workers(options.threads())) {
            Pieces pieces = new UnigramLearner(words, counts, room, options, workers).learn();
            Map<String, Double> scores = new HashMap<>();
            for (int e = 0; e < pieces.size(); e++) {
                scores.put(spelled(pieces, e, characters.alphabet(), covered), pieces.score(e));
            }
            scores.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .forEach(entry -> json.entry(entry.getKey()));
            return json.cut(cut).byteFallbackDecoder().unigram(UNKNOWN, scores);
        }
    }

    /** The most frequent characters that make up the coverage. */
    private int[] covered(CharacterWords characters) {
        int[] order = characters.byFrequency(options.minFrequency());
        double wanted = Arrays.stream(characters.counts()).sum() * COVERAGE;
        int size = 0;
        for (long sum = 0; size < order.length && sum < wanted; size++) {
            sum += characters.count(order[size]);
        }
        return Arrays.copyOf(order, size);
    }

    private static String spelled(Pieces pieces, int entry, List<String> alphabet, int[] covered) {
        var text = new StringBuilder();
        for (int i = pieces.start(entry); i < pieces.end(entry); i++) {
            text.append(alphabet.get(covered[pieces.symbols()[i] - 1]));
        }
        return text.toString();
    }
}
