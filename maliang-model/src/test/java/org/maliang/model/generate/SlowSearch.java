package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** The slow, obvious reference of searches: every text is read anew, alone and without a cache. */
record SlowSearch(Decoder decoder, OptionalInt end) {

    /** A text with its prompt and the sum of its (penalised) log-probabilities. */
    private record Text(List<Integer> ids, double sum) {}

    /** Hidden states and scores of one text. */
    private record Reading(double[][] hidden, double[] logProbabilities) {}

    private Reading read(List<Integer> ids) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor hidden = decoder.hidden(
                    Input.of(Tensor.of(ids.stream().mapToLong(id -> id).toArray(), 1, ids.size())));
            double[] flat = hidden.to(DType.F64).toDoubles();
            int size = flat.length / ids.size();
            double[][] states = new double[ids.size()][];
            for (int i = 0; i < states.length; i++) {
                states[i] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
            }
            double[] all = decoder.logits(hidden).logSoftmax(2).to(DType.F64).toDoubles();
            return new Reading(states, Arrays.copyOfRange(all, all.length - all.length / ids.size(), all.length));
        }
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static List<Integer> plus(List<Integer> ids, int token) {
        List<Integer> longer = new ArrayList<>(ids);
        longer.add(token);
        return longer;
    }

    int[] contrastive(int[] prompt, int topK, double alpha, int length) {
        List<Integer> text = boxed(prompt);
        while (text.size() < prompt.length + length) {
            Reading now = read(text);
            int[] candidates = IntStream.range(0, now.logProbabilities().length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(id -> -now.logProbabilities()[id]))
                    .limit(topK)
                    .mapToInt(id -> id)
                    .toArray();
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int candidate : candidates) {
                double[][] states = read(plus(text, candidate)).hidden();
                double likeness = IntStream.range(0, states.length - 1)
                        .mapToDouble(i -> cosine(states[i], states[states.length - 1]))
                        .max()
                        .orElseThrow();
                double score = (1 - alpha) * Math.exp(now.logProbabilities()[candidate]) - alpha * likeness;
                if (score > most) {
                    most = score;
                    best = candidate;
                }
            }
            text = plus(text, best);
            if (end.equals(OptionalInt.of(best))) {
                break;
            }
        }
        return text.stream().skip(prompt.length).mapToInt(id -> id).toArray();
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }
        return product / Math.sqrt(left * right);
    }

    /** Diverse beams, group by group; of the results the best, without their prompt. */
    List<List<Integer>> diverse(int[] prompt, GenerationOptions options) {
        int groups = options.search().groups();
        int width = options.beams() / groups;
        List<List<Text>> open = new ArrayList<>();
        List<List<Text>> ended = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            open.add(List.of(new Text(boxed(prompt), 0)));
            ended.add(new ArrayList<>());
        }
        for (int step = 0; step < options.maxTokens(); step++) {
            List<Integer> chosen = new ArrayList<>();
            for (int group = 0; group < groups; group++) {
                if (open.get(group).isEmpty()) {
                    continue;
                }
                List<Text> next = new ArrayList<>();
                List<Text> candidates = candidates(open.get(group), chosen, options, 2 * width);
                for (int rank = 0; rank < candidates.size() && next.size() < width; rank++) {
                    Text candidate = candidates.get(rank);
                    int last = candidate.ids().get(candidate.ids().size() - 1);
                    if (!end.equals(OptionalInt.of(last))) {
                        next.add(candidate);
                    } else if (rank < width) {
                        keep(ended.get(group), candidate, width, options, 1);
                    }
                }
                next.forEach(text -> chosen.add(text.ids().get(text.ids().size() - 1)));
                double hope = score(candidates.get(0), options, 1);
                boolean over = ended.get(group).size() == width
                        && ended.get(group).stream().allMatch(text -> score(text, options, 1) >= hope);
                open.set(group, over ? List.of() : next);
            }
        }
        record Scored(List<Integer> ids, double score) {}
        List<Scored> all = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            List<Scored> results = new ArrayList<>();
            ended.get(group).forEach(text -> results.add(new Scored(text.ids(), score(text, options, 1))));
            open.get(group).forEach(text -> results.add(new Scored(text.ids(), score(text, options, 0))));
            results.sort(Comparator.comparingDouble(Scored::score).reversed());
            all.addAll(results.subList(0, Math.min(width, results.size())));
        }
        all.sort(Comparator.comparingDouble(Scored::score).reversed());
        return all.stream()
                .limit(options.samples())
                .map(scored -> scored.ids().subList(prompt.length, scored.ids().size()))
                .toList();
    }

    private List<Text> candidates(List<Text> texts, List<Integer> chosen, GenerationOptions options, int count) {
        List<Text> candidates = new ArrayList<>();
        for (Text text : texts) {
            double[] logProbabilities = read(text.ids()).logProbabilities();
            for (int token = 0; token < logProbabilities.length; token++) {
                int id = token;
                long times = chosen.stream().filter(other -> other == id).count();
                double penalty = options.search().diversityPenalty() * times;
                candidates.add(new Text(plus(text.ids(), token), text.sum() + logProbabilities[token] - penalty));
            }
        }
        candidates.sort(Comparator.comparingDouble(Text::sum).reversed());
        return candidates.subList(0, count);
    }

    private static void keep(List<Text> ended, Text text, int width, GenerationOptions options, int endTokens) {
        ended.add(text);
        ended.sort(Comparator.comparingDouble((Text t) -> score(t, options, endTokens))
                .reversed());
        if (ended.size() > width) {
            ended.remove(width);
        }
    }

    /** The end token does not count for the length. */
    private static double score(Text text, GenerationOptions options, int endTokens) {
        return text.sum() / Math.pow(text.ids().size() - endTokens, options.lengthPenalty());
    }
}
