package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.read.TokenScore;

/** Log-probabilities of scores. */
final class LogSoftmax {

    private LogSoftmax() {}

    /** What must be subtracted from the {@code length} scores from {@code offset} on to make log-probabilities of them. */
    static double normaliser(float[] scores, int offset, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, scores[offset + i]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += Math.exp(scores[offset + i] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * What the {@code size} scores from {@code offset} on say of a token.
     *
     * @param alternatives how many tokens to name, of those below {@code choosable}
     */
    static TokenScore score(int token, float[] scores, int offset, int choosable, int size, int alternatives) {
        double normaliser = normaliser(scores, offset, size);
        int[] best = new int[Math.min(alternatives, choosable)]; // best first; of equals the lower id
        int count = 0;
        for (int id = 0; id < choosable && best.length > 0; id++) {
            float score = scores[offset + id];
            if (count == best.length && score <= scores[offset + best[count - 1]]) {
                continue;
            }
            int at = count < best.length ? count++ : count - 1;
            while (at > 0 && score > scores[offset + best[at - 1]]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = id;
        }
        List<TokenScore.Alternative> named = new ArrayList<>();
        for (int id : best) {
            named.add(new TokenScore.Alternative(id, scores[offset + id] - normaliser));
        }
        return new TokenScore(token, scores[offset + token] - normaliser, List.copyOf(named));
    }
}
