package org.maliang.train.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Interpolated modified Kneser-Ney written as the paper writes it: every sum is taken over the whole vocabulary. */
final class NgramReference {
    private static final int BEGIN = -1;

    private final int order;
    private final Map<List<Integer>, Integer> occurrences = new HashMap<>();
    private final Map<List<Integer>, Set<Integer>> before = new HashMap<>();
    private final Set<Integer> vocabulary = new TreeSet<>();

    NgramReference(int order, List<String> texts) {
        this.order = order;
        for (String text : texts) {
            var symbols = new ArrayList<Integer>(List.of(BEGIN));
            text.codePoints().forEach(symbols::add);
            symbols.add(NgramModel.END);
            vocabulary.addAll(symbols);
            for (int start = 0; start < symbols.size(); start++) {
                for (int end = start + 1; end <= Math.min(symbols.size(), start + order); end++) {
                    var ngram = List.copyOf(symbols.subList(start, end));
                    occurrences.merge(ngram, 1, Integer::sum);
                    if (start > 0) {
                        before.computeIfAbsent(ngram, none -> new HashSet<>()).add(symbols.get(start - 1));
                    }
                }
            }
        }
        vocabulary.remove(BEGIN);
    }

    double probability(String beginning, int symbol) {
        var context = new ArrayList<Integer>(List.of(BEGIN));
        beginning.codePoints().forEach(context::add);
        int length = Math.min(order - 1, context.size());
        return probability(context.subList(context.size() - length, context.size()), symbol);
    }

    private double probability(List<Integer> context, int symbol) {
        double lower = context.isEmpty() ? uniform(symbol) : probability(context.subList(1, context.size()), symbol);
        double total = 0;
        double left = 0;
        for (int each : vocabulary) {
            total += count(append(context, each));
            left += discount(append(context, each));
        }
        var ngram = append(context, symbol);
        return total == 0 ? lower : (count(ngram) - discount(ngram)) / total + left / total * lower;
    }

    private double uniform(int symbol) {
        double one = 1.0 / (vocabulary.size() + 1);
        return vocabulary.contains(symbol) ? one : one / (0x110000 - (vocabulary.size() - 1));
    }

    private int count(List<Integer> ngram) {
        boolean real = ngram.size() == order || ngram.get(0) == BEGIN;
        return real
                ? occurrences.getOrDefault(ngram, 0)
                : before.getOrDefault(ngram, Set.of()).size();
    }

    private double discount(List<Integer> ngram) {
        int count = count(ngram);
        if (count == 0) {
            return 0;
        }
        double[] n = new double[5];
        for (var other : occurrences.keySet()) {
            boolean predicted = other.get(other.size() - 1) != BEGIN;
            if (other.size() == ngram.size() && predicted && count(other) < n.length) {
                n[count(other)]++;
            }
        }
        int i = Math.min(count, 3);
        if (n[1] * n[2] * n[3] * n[4] == 0) {
            return i / 2.0;
        }
        return Math.max(0, i - (i + 1) * n[1] / (n[1] + 2 * n[2]) * n[i + 1] / n[i]);
    }

    private static List<Integer> append(List<Integer> context, int symbol) {
        var ngram = new ArrayList<>(context);
        ngram.add(symbol);
        return ngram;
    }
}
