package org.maliang.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Unigram language model (Kudo 2018, <a href="https://arxiv.org/abs/1804.10959">arXiv:1804.10959</a>, section 3.2) as
 * SentencePiece trains it: from many repeats of the text, expectation-maximisation with a sparse prior (digamma) and
 * pruning of what the likelihood misses least, in turns, until the vocabulary is small enough. Single symbols stay.
 */
final class UnigramLearner {
    private static final int SEEDS = 1_000_000;
    private static final int STEPS = 2; // of expectation-maximisation between two prunings
    private static final double SHRINK = 0.75; // what a pruning leaves
    private static final double SURPLUS = 1.1; // where pruning stops, relative to the size wanted
    private static final double LEAST_EXPECTED = 0.5; // entries expected less often are dropped
    private static final int NONE = -1;

    private final SymbolWords words;
    private final long[] counts; // of single symbols, from symbol 1
    private final int size;
    private final TrainingOptions options;
    private final Workers workers;

    /**
     * @param words spelled in symbols from 1, with a 0 before the first word and after every word
     * @param counts how often each symbol occurs, from symbol 1
     * @param size entries wanted, at least as many as symbols
     */
    UnigramLearner(SymbolWords words, long[] counts, int size, TrainingOptions options, Workers workers) {
        this.words = words;
        this.counts = counts;
        this.size = size;
        this.options = options;
        this.workers = workers;
    }

    /** The entries: single symbols first, then the rest, at most {@code size}. */
    Pieces learn() {
        Pieces pieces = seeds();
        int enough = (int) (size * SURPLUS);
        while (true) {
            for (int step = 0; step < STEPS; step++) {
                pieces = maximised(pieces, expected(pieces));
            }
            options.progress().update("pruning entries", size, pieces.size());
            if (pieces.size() <= enough) {
                return mostProbable(pieces);
            }
            pieces = pruned(pieces, Math.max(enough, (int) (pieces.size() * SHRINK)));
        }
    }

    private Pieces seeds() {
        options.progress().update("finding repeats", 0, 0);
        Substrings repeats = new Repeats(words, counts.length, Lattice.LONGEST_ENTRY, options.minFrequency())
                .find(workers)
                .best(SEEDS);
        int singles = counts.length;
        int[] starts = new int[singles + repeats.size() + 1];
        for (int e = 0; e < starts.length - 1; e++) {
            starts[e + 1] = starts[e] + (e < singles ? 1 : repeats.length(e - singles));
        }
        int[] symbols = new int[starts[starts.length - 1]];
        double[] weights = new double[starts.length - 1];
        for (int e = 0; e < singles; e++) {
            symbols[e] = e + 1;
            weights[e] = counts[e];
        }
        for (int r = 0; r < repeats.size(); r++) {
            System.arraycopy(words.symbols(), repeats.position(r), symbols, starts[singles + r], repeats.length(r));
            weights[singles + r] = repeats.cover(r);
        }
        double total = StrictMath.log(Arrays.stream(weights).sum());
        double[] scores = new double[weights.length];
        Arrays.setAll(scores, e -> StrictMath.log(weights[e]) - total);
        return new Pieces(symbols, starts, scores, singles);
    }

    /** How often each entry is expected in the text. */
    private FixedPoint expected(Pieces pieces) {
        record Expectation(Lattice lattice, FixedPoint sums) {}
        List<Expectation> parts = workers.deal(
                words.size(), () -> new Expectation(new Lattice(pieces), new FixedPoint(pieces.size())), (own, w) -> {
                    own.lattice.fill(words.symbols(), words.starts()[w], words.lengths()[w], NONE);
                    own.lattice.addExpected(words.lengths()[w], words.counts()[w], own.sums);
                });
        return FixedPoint.total(parts.stream().map(Expectation::sums).toList());
    }

    /** Without what is hardly expected; scores are digammas, which favour few entries (Liang and Klein 2007). */
    private static Pieces maximised(Pieces pieces, FixedPoint expected) {
        int[] kept = IntStream.range(0, pieces.size())
                .filter(e -> e < pieces.singles() || expected.value(e) >= LEAST_EXPECTED)
                .toArray();
        double[] scores = new double[kept.length];
        Arrays.setAll(scores, e -> Math.max(LEAST_EXPECTED, expected.value(kept[e])));
        double total = digamma(Arrays.stream(scores).sum());
        Arrays.setAll(scores, e -> digamma(scores[e]) - total);
        return pieces.keep(kept, scores);
    }

    /** Leaves the {@code limit} entries whose loss would cost the likelihood most. */
    private Pieces pruned(Pieces pieces, int limit) {
        double[] used = used(pieces);
        double sum = Arrays.stream(used).sum();
        double[] losses = new double[pieces.size()];
        workers.deal(pieces.size(), () -> new Lattice(pieces), (lattice, e) -> {
            losses[e] = e < pieces.singles() || used[e] == 0 ? 0 : loss(pieces, lattice, e, used, sum);
        });
        return strongest(pieces, losses, limit);
    }

    /** How often the best segmentations of the words use each entry. */
    private double[] used(Pieces pieces) {
        record Segmentation(Lattice lattice, int[] best, long[] used) {}
        List<Segmentation> parts = workers.deal(
                words.size(),
                () -> new Segmentation(new Lattice(pieces), new int[Lattice.LONGEST_WORD], new long[pieces.size()]),
                (own, w) -> {
                    own.lattice.fill(words.symbols(), words.starts()[w], words.lengths()[w], NONE);
                    int size = own.lattice.best(words.lengths()[w], own.best);
                    for (int i = 0; i < size; i++) {
                        own.used[own.best[i]] += words.counts()[w];
                    }
                });
        double[] used = new double[pieces.size()];
        parts.forEach(part -> Arrays.setAll(used, e -> used[e] + part.used[e])); // whole numbers: in any order
        return used;
    }

    /**
     * What the log likelihood loses without an entry if the entries of its next best segmentation stand in for it wherever
     * it is used; SentencePiece's {@code Trainer::PruneSentencePieces}.
     */
    private static double loss(Pieces pieces, Lattice lattice, int entry, double[] used, double sum) {
        int length = pieces.end(entry) - pieces.start(entry);
        int[] others = new int[length];
        lattice.fill(pieces.symbols(), pieces.start(entry), length, entry);
        int size = lattice.best(length, others);
        double with = StrictMath.log(used[entry]) - StrictMath.log(sum);
        double without = -size * StrictMath.log(sum + used[entry] * (size - 1));
        for (int i = 0; i < size; i++) {
            without += StrictMath.log(used[others[i]] + used[entry]);
        }
        return used[entry] * (with - without);
    }

    private Pieces mostProbable(Pieces pieces) {
        double[] scores = new double[pieces.size()];
        Arrays.setAll(scores, e -> StrictMath.exp(pieces.score(e)));
        return strongest(pieces, scores, size);
    }

    /** The single symbols and those with the highest positive strength, {@code limit} in all, in their order. */
    private static Pieces strongest(Pieces pieces, double[] strengths, int limit) {
        double[] rest = Arrays.stream(strengths, pieces.singles(), pieces.size())
                .filter(strength -> strength > 0)
                .sorted()
                .toArray();
        int room = Math.min(limit - pieces.singles(), rest.length);
        double bar = room == 0 ? Double.POSITIVE_INFINITY : rest[rest.length - room];
        long above = Arrays.stream(rest).filter(strength -> strength > bar).count();
        int[] kept = new int[pieces.singles() + room];
        int size = 0;
        for (int e = 0; e < pieces.size(); e++) {
            boolean onBar = e >= pieces.singles() && strengths[e] == bar && above < room;
            if (e < pieces.singles() || strengths[e] > bar || onBar) {
                above += onBar ? 1 : 0;
                kept[size++] = e;
            }
        }
        double[] scores = new double[size];
        Arrays.setAll(scores, e -> pieces.score(kept[e]));
        return pieces.keep(kept, scores);
    }

    /** Derivative of the logarithm of the gamma function, for x of at least 0.5. */
    static double digamma(double x) {
        double result = 0;
        double at = x;
        for (; at < 7; at++) {
            result -= 1 / at;
        }
        at -= 0.5;
        double square = 1 / (at * at); // asymptotic series around x - 1/2
        return result
                + StrictMath.log(at)
                + square * (1 / 24.0 - square * (7 / 960.0 - square * (31 / 8064.0 - square * 127 / 30720.0)));
    }
}
