package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/**
 * Positions that are not learned: sines and cosines of wave lengths from 2π to 20000π (Vaswani et al., arXiv:1706.03762,
 * section 3.5).
 *
 * @param size of a vector
 * @param halves whether all sines stand before all cosines; otherwise they take turns
 */
public record Sinusoids(int size, boolean halves) {

    /** The vectors of positions {@code start, start + 1, …}: {@code [count, size]}. */
    public Tensor rows(long start, long count) {
        double[] positions = new double[(int) count];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = start + (double) i;
        }
        return vectors(positions).view(count, size);
    }

    /** The vectors of {@code positions}: {@code [batch, time] -> [batch, time, size]}. */
    public Tensor at(Tensor positions) {
        return vectors(positions.toDoubles())
                .view(positions.size(0), positions.size(1), size)
                .to(positions.device());
    }

    private Tensor vectors(double[] positions) {
        float[] values = new float[positions.length * size];
        int sines = (size + 1) / 2;
        for (int row = 0; row < positions.length; row++) {
            for (int i = 0; i < size; i++) {
                int pair = i / 2;
                double angle = positions[row] / Math.pow(10000, 2.0 * pair / size);
                int column = halves ? (i % 2 == 0 ? pair : sines + pair) : i;
                values[row * size + column] = (float) (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return Tensor.of(values, values.length);
    }
}
