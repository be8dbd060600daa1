package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Holds the learner to a slow, obvious one that counts every pair again before every merge. */
class MergeLearnerTest {

    /** Words of a small alphabet with their counts: full of repeats and overlaps. */
    @Provide
    static Arbitrary<Map<String, Long>> corpora() {
        Arbitrary<String> words =
                Arbitraries.strings().withChars("abc").ofMinLength(1).ofMaxLength(24);
        return Arbitraries.maps(words, Arbitraries.longs().between(1, 5)).ofMaxSize(12);
    }

    @Property(tries = 1000)
    void mergesAsTheSlowOneDoes(@ForAll("corpora") Map<String, Long> corpus) {
        int limit = 3 + 25;
        TrainingOptions options = TrainingOptions.of(limit).withMinFrequency(2);
        SymbolWords words = words(corpus);
        var learner = new MergeLearner(words, List.of("a", "b", "c"), limit, options);
        List<String> merges = learner.learn().stream()
                .map(m -> learner.entries().get(m.left()) + "+"
                        + learner.entries().get(m.right()) + " " + m.count())
                .toList();
        assertThat(learner.entries()).doesNotHaveDuplicates();
        Slow slow = new Slow(corpus, limit, 2);
        assertThat(merges).isEqualTo(slow.merges);
        assertThat(segmented(words, learner.entries())).isEqualTo(slow.words);
    }

    private static SymbolWords words(Map<String, Long> corpus) {
        int[] symbols =
                String.join("", corpus.keySet()).chars().map(c -> c - 'a').toArray();
        int[] starts = new int[corpus.size() + 1];
        int[] lengths = corpus.keySet().stream().mapToInt(String::length).toArray();
        for (int w = 0; w < lengths.length; w++) {
            starts[w + 1] = starts[w] + lengths[w];
        }
        long[] counts = corpus.values().stream().mapToLong(Long::longValue).toArray();
        return new SymbolWords(symbols, starts, lengths, counts);
    }

    private static List<List<String>> segmented(SymbolWords words, List<String> entries) {
        List<List<String>> segmented = new ArrayList<>();
        for (int w = 0; w < words.size(); w++) {
            List<String> word = new ArrayList<>();
            for (int i = 0; i < words.lengths()[w]; i++) {
                word.add(entries.get(words.symbols()[words.starts()[w] + i]));
            }
            segmented.add(word);
        }
        return segmented;
    }

    private static final class Slow {
        final List<String> merges = new ArrayList<>();
        final List<List<String>> words = new ArrayList<>();
        private final List<String> entries = new ArrayList<>(List.of("a", "b", "c"));

        Slow(Map<String, Long> corpus, int limit, long least) {
            corpus.keySet().forEach(word -> words.add(new ArrayList<>(List.of(word.split("")))));
            List<Long> counts = List.copyOf(corpus.values());
            while (entries.size() < limit) {
                Map<List<String>, Long> found = new HashMap<>();
                for (int w = 0; w < words.size(); w++) {
                    for (int i = 0; i + 1 < words.get(w).size(); i++) {
                        found.merge(List.copyOf(words.get(w).subList(i, i + 2)), counts.get(w), Long::sum);
                    }
                }
                List<String> best = List.of();
                for (List<String> pair : found.keySet()) {
                    best = best.isEmpty() || before(pair, best, found) ? pair : best;
                }
                if (best.isEmpty() || found.get(best) < least) {
                    break;
                }
                merges.add(best.get(0) + "+" + best.get(1) + " " + found.get(best));
                apply(best);
                entries.add(String.join("", best));
            }
        }

        private boolean before(List<String> pair, List<String> other, Map<List<String>, Long> found) {
            int byCount = Long.compare(found.get(pair), found.get(other));
            int byLeft = Integer.compare(entries.indexOf(other.get(0)), entries.indexOf(pair.get(0)));
            int byRight = Integer.compare(entries.indexOf(other.get(1)), entries.indexOf(pair.get(1)));
            return (byCount != 0 ? byCount : byLeft != 0 ? byLeft : byRight) > 0;
        }

        private void apply(List<String> pair) {
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.subList(i, i + 2).equals(pair)) {
                        word.remove(i);
                        word.set(i, String.join("", pair));
                    }
                }
            }
        }
    }
}
