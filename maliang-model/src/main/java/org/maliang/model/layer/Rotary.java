package org.maliang.model.layer;

import java.util.List;
import org.maliang.tensor.Device;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/**
 * Rotary positions (Su et al., arXiv:2104.09864): pairs of dimensions are turned by {@code position × frequency}.
 *
 * @param pairing which dimensions form a pair
 * @param frequencies of the pairs, in radians a position; twice as many leading dimensions turn, the others stay
 * @param gain factor on what is turned, 1 but for YaRN
 */
public record Rotary(Pairing pairing, double[] frequencies, double gain) {

    /** Which dimensions form a pair. */
    public enum Pairing {
        /** Dimension {@code i} and {@code i + n / 2}, as in GPT-NeoX and LLaMA. */
        HALVES,
        /** Neighbours, as in GPT-J. */
        NEIGHBOURS
    }

    /** Frequencies {@code base^(-2i / dimensions)}. */
    public static Rotary of(Pairing pairing, int dimensions, double base) {
        double[] frequencies = new double[dimensions / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(base, -2.0 * i / dimensions);
        }
        return new Rotary(pairing, frequencies, 1);
    }

    /** The rotation for positions {@code start, start + 1, …} of every row. */
    public Rotation at(long start, long time, Device device) {
        double[] positions = new double[(int) time];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = start + i;
        }
        return at(positions, 1, device);
    }

    /** The rotation for positions {@code [batch, time]}. */
    public Rotation at(Tensor positions) {
        return at(positions.toDoubles(), positions.size(0), positions.device());
    }

    private Rotation at(double[] positions, long rows, Device device) {
        int width = 2 * frequencies.length;
        float[] cosines = new float[positions.length * width];
        float[] sines = new float[positions.length * width];
        for (int at = 0; at < positions.length; at++) {
            for (int pair = 0; pair < frequencies.length; pair++) {
                double angle = positions[at] * frequencies[pair];
                float cosine = (float) (gain * Math.cos(angle));
                float sine = (float) (gain * Math.sin(angle));
                int first = at * width + dimension(pair, 0);
                int second = at * width + dimension(pair, 1);
                cosines[first] = cosine;
                cosines[second] = cosine;
                sines[first] = -sine;
                sines[second] = sine;
            }
        }
        long[] shape = {rows, 1, positions.length / rows, width}; // [rows or 1, 1, time, turned]
        Tensor cos = Tensor.of(cosines, shape).to(device);
        Tensor sin = Tensor.of(sines, shape).to(device);
        return new Turn(pairing, cos, sin);
    }

    /** One rotation for stretches that lie in a row, of one text each. */
    static Rotation beside(List<Rotation> rotations) {
        List<Turn> turns = rotations.stream().map(Turn.class::cast).toList();
        return new Turn(
                turns.get(0).pairing,
                Tensor.cat(turns.stream().map(turn -> turn.cos).toList(), 2),
                Tensor.cat(turns.stream().map(turn -> turn.sin).toList(), 2));
    }

    private int dimension(int pair, int member) {
        return pairing == Pairing.HALVES ? pair + member * frequencies.length : 2 * pair + member;
    }

    /** The rotation for some positions: a pair {@code (a, b)} becomes {@code (a, b) · cos + (b, a) · sin}. */
    private static final class Turn implements Rotation {
        private final Pairing pairing;
        private final Tensor cos; // [rows or 1, 1, time, turned]
        private final Tensor sin; // likewise, negative for the first of a pair
        private final HostWeight cosines;
        private final HostWeight sines;

        Turn(Pairing pairing, Tensor cos, Tensor sin) {
            this.pairing = pairing;
            this.cos = cos;
            this.sin = sin;
            this.cosines = new HostWeight(cos);
            this.sines = new HostWeight(sin);
        }

        @Override
        public Tensor apply(Tensor x) {
            long width = cos.size(-1);
            long size = x.size(-1);
            Tensor turning = width == size ? x : x.narrow(-1, 0, width);
            Tensor turned = turning.mul(cos).add(swapped(turning).mul(sin)).to(x.dtype());
            return width == size ? turned : Tensor.cat(List.of(turned, x.narrow(-1, width, size - width)), -1);
        }

        @Override
        public HostRows apply(HostRows x, int headSize) {
            int width = (int) cos.size(-1);
            return x.turned(headSize, width, pairing == Pairing.HALVES, cosines.values(), sines.values());
        }

        @Override
        public Rotation inRow(long rows) {
            return rows == 1 ? this : new Turn(pairing, inRow(cos, rows), inRow(sin, rows));
        }

        /** {@code [rows or 1, 1, 1, turned] -> [1, 1, rows, turned]}. */
        private static Tensor inRow(Tensor table, long rows) {
            return table.expand(rows, 1, 1, table.size(-1)).transpose(0, 2);
        }

        /** Every pair {@code (a, b)} as {@code (b, a)}. */
        private Tensor swapped(Tensor x) {
            long pairs = x.size(-1) / 2;
            return pairing == Pairing.HALVES
                    ? x.roll(pairs, -1)
                    : x.contiguous()
                            .view(x.size(0), x.size(1), x.size(2), pairs, 2)
                            .flip(-1)
                            .flatten(3, 4);
        }
    }
}
