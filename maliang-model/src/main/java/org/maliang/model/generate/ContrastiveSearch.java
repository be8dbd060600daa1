package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

/**
 * Contrastive search (Su et al., arXiv:2202.06417): of the {@code topK} most probable tokens {@code v} takes
 * the one that maximises {@code (1 - α) p(v) - α max cos(h(v), h(x))} over all tokens {@code x} before it, where {@code h}
 * is a token's hidden state after the final norm. Probabilities are those of all tokens, after the score rules.
 */
final class ContrastiveSearch {

    private final GenerationOptions options;
    private final ScoreRules rules;
    private final List<float[]> context = new ArrayList<>(); // the directions of the hidden states so far

    ContrastiveSearch(GenerationOptions options, ScoreRules rules) {
        this.options = options;
        this.rules = rules;
    }

    /** Writes one line and takes {@code next} over, which has read nothing yet. */
    void write(NextToken next, int[] prompt, Line line, int index, TokenListener listener) {
        Directions directions = new Directions(next);
        try (Rows rows = Rows.read(directions, List.of(prompt), prompt.length + line.limit())) {
            context.addAll(directions.latest);
            float[] row = new float[rows.vocabulary()];
            int best = 0; // the row that holds the text
            boolean going = true;
            while (going) {
                rules.apply(line.draft(), rows.scores(), best * row.length, row);
                int[] candidates = candidates(row);
                int[] origins = new int[candidates.length];
                Arrays.fill(origins, best);
                rows.select(origins);
                rows.push(candidates);
                best = best(candidates, row, directions.latest);
                context.add(directions.latest.get(best));
                going = line.take(candidates[best], index, listener, row, 0, row.length);
            }
        }
    }

    /** The most probable tokens, most probable first. */
    private int[] candidates(float[] row) {
        long[] ranks = Ranks.of(row);
        Arrays.sort(ranks);
        return Arrays.stream(ranks).limit(options.topK()).mapToInt(Ranks::id).toArray();
    }

    private int best(int[] candidates, float[] row, List<float[]> directions) {
        double alpha = options.search().penaltyAlpha();
        double normaliser = LogSoftmax.normaliser(row, 0, row.length);
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.length; i++) {
            double score =
                    (1 - alpha) * Math.exp(row[candidates[i]] - normaliser) - alpha * likeness(directions.get(i));
            if (score > most) {
                most = score;
                best = i;
            }
        }
        return best;
    }

    /** The greatest cosine between a hidden state and those before it. */
    private double likeness(float[] direction) {
        double greatest = -1;
        for (float[] before : context) {
            double product = 0;
            for (int i = 0; i < before.length; i++) {
                product += before[i] * direction[i];
            }
            greatest = Math.max(greatest, product);
        }
        return greatest;
    }

    /** Listens to the hidden states that scores are made of; owns what it listens to. */
    private static final class Directions implements NextToken {

        private final NextToken next;
        private List<float[]> latest = List.of(); // one unit vector for every position of the latest pass, row by row

        Directions(NextToken next) {
            this.next = next;
        }

        @Override
        public Device device() {
            return next.device();
        }

        @Override
        public KvCache cache(long rows, long capacity) {
            return next.cache(rows, capacity);
        }

        @Override
        public Tensor scores(Input input) {
            return next.scores(input, this::hear);
        }

        private void hear(Tensor states) {
            float[] all = states.toFloats(); // [rows, time, hidden]
            int size = (int) states.size(2);
            List<float[]> directions = new ArrayList<>();
            for (int from = 0; from < all.length; from += size) {
                directions.add(unit(Arrays.copyOfRange(all, from, from + size)));
            }
            latest = directions;
        }

        private static float[] unit(float[] vector) {
            double squares = 0;
            for (float element : vector) {
                squares += element * (double) element;
            }
            double length = Math.sqrt(squares);
            for (int i = 0; i < vector.length && length > 0; i++) {
                vector[i] /= (float) length;
            }
            return vector;
        }

        @Override
        public void select(int[] from) {
            next.select(from);
        }

        @Override
        public long bytes() {
            return next.bytes();
        }

        @Override
        public void close() {
            next.close();
        }
    }
}
