package org.maliang.model.generate;

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
}
