package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Holds the parts of the learner to slow, obvious ones. */
class UnigramLearnerTest {
    private static final int LONGEST = 5;

    @Provide
    static Arbitrary<Map<String, Long>> corpora() {
        Arbitrary<String> words =
                Arbitraries.strings().withChars("abc").ofMinLength(1).ofMaxLength(12);
        return Arbitraries.maps(words, Arbitraries.longs().between(1, 4))
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    @Property(tries = 500)
    void repeats(@ForAll("corpora") Map<String, Long> corpus) {
        Map<String, Long> found = new TreeMap<>();
        SymbolWords words = words(corpus);
        try (var workers = new Workers(2)) {
            Substrings repeats = new Repeats(words, 3, LONGEST, 2).find(workers);
            for (int r = 0; r < repeats.size(); r++) {
                int[] symbols = Arrays.copyOfRange(
                        words.symbols(), repeats.position(r), repeats.position(r) + repeats.length(r));
                found.put(spelled(symbols), repeats.count(r));
            }
            assertThat(found).hasSize(repeats.size());
        }
        assertThat(found).isEqualTo(slowRepeats(corpus));
    }

    /** Every substring whose neighbours on either side would make it rarer, or that cannot be longer. */
    private static Map<String, Long> slowRepeats(Map<String, Long> corpus) {
        Map<String, Long> counts = new TreeMap<>();
        corpus.forEach((word, count) -> {
            for (int i = 0; i < word.length(); i++) {
                for (int j = i + 1; j <= word.length(); j++) {
                    counts.merge(word.substring(i, j), count, Long::sum);
                }
            }
        });
        return counts.entrySet().stream()
                .filter(e -> e.getKey().length() > 1 && e.getKey().length() <= LONGEST && e.getValue() >= 2)
                .filter(e -> List.of("a", "b", "c").stream()
                        .allMatch(c -> counts.getOrDefault(c + e.getKey(), 0L) < e.getValue()
                                && (e.getKey().length() == LONGEST
                                        || counts.getOrDefault(e.getKey() + c, 0L) < e.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
    }

    @Property(tries = 300)
    void expectations(@ForAll("corpora") Map<String, Long> corpus) {
        String word = corpus.keySet().iterator().next();
        Pieces pieces = pieces("a", "b", "c", "ab", "abc", "bc", "cc", "aaa");
        var lattice = new Lattice(pieces);
        int[] symbols = word.chars().map(c -> c - 'a' + 1).toArray();
        lattice.fill(symbols, 0, symbols.length, -1);
        var sums = new FixedPoint(pieces.size());
        lattice.addExpected(symbols.length, 100, sums);
        double[] slow = new double[pieces.size() + 1]; // the sum of all ways comes last
        addWays(pieces, word, 1, new int[pieces.size()], slow);
        for (int e = 0; e < pieces.size(); e++) {
            assertThat(sums.value(e)).isCloseTo(100 * slow[e] / slow[pieces.size()], within(1e-4));
        }
    }

    private static void addWays(Pieces pieces, String rest, double probability, int[] used, double[] sums) {
        if (rest.isEmpty()) {
            for (int e = 0; e < used.length; e++) {
                sums[e] += probability * used[e];
            }
            sums[used.length] += probability;
            return;
        }
        for (int e = 0; e < pieces.size(); e++) {
            String piece = spelled(Arrays.copyOfRange(pieces.symbols(), pieces.start(e), pieces.end(e)));
            if (rest.startsWith(piece)) {
                used[e]++;
                addWays(pieces, rest.substring(piece.length()), probability * Math.exp(pieces.score(e)), used, sums);
                used[e]--;
            }
        }
    }

    @Example
    void theLongestWordStaysInsideADouble() {
        int[] symbols = new int[] {1, 2};
        for (double score : new double[] {-25, -1e-3}) {
            Pieces pieces = new Pieces(symbols, new int[] {0, 1, 2}, new double[] {score, score}, 2);
            int[] word = new int[Lattice.LONGEST_WORD];
            Arrays.fill(word, 1);
            var lattice = new Lattice(pieces);
            lattice.fill(word, 0, word.length, -1);
            var sums = new FixedPoint(2);
            lattice.addExpected(word.length, 1, sums);
            assertThat(sums.value(0)).isCloseTo(word.length, within(1e-4));
        }
    }

    @Example
    void digamma() {
        assertThat(UnigramLearner.digamma(0.5)).isCloseTo(-1.963510026021423, within(1e-9));
        assertThat(UnigramLearner.digamma(1)).isCloseTo(-0.577215664901533, within(1e-9));
        assertThat(UnigramLearner.digamma(100)).isCloseTo(4.600161852738087, within(1e-9));
    }

    private static Pieces pieces(String... entries) {
        int[] starts = new int[entries.length + 1];
        double[] scores = new double[entries.length];
        for (int e = 0; e < entries.length; e++) {
            starts[e + 1] = starts[e] + entries[e].length();
            scores[e] = -1 - 0.3 * e;
        }
        int[] symbols = String.join("", entries).chars().map(c -> c - 'a' + 1).toArray();
        return new Pieces(symbols, starts, scores, 3);
    }

    private static SymbolWords words(Map<String, Long> corpus) {
        int[] symbols = ("`" + String.join("`", corpus.keySet()) + "`") // the character before a
                .chars()
                .map(c -> c - 'a' + 1)
                .toArray();
        int[] lengths = corpus.keySet().stream().mapToInt(String::length).toArray();
        int[] starts = new int[lengths.length + 1];
        starts[0] = 1;
        for (int w = 0; w < lengths.length; w++) {
            starts[w + 1] = starts[w] + lengths[w] + 1;
        }
        return new SymbolWords(
                symbols,
                starts,
                lengths,
                corpus.values().stream().mapToLong(Long::longValue).toArray());
    }

    private static String spelled(int[] symbols) {
        return Arrays.stream(symbols)
                .mapToObj(s -> Character.toString('a' + s - 1))
                .collect(Collectors.joining());
    }
}
