package org.maliang.tensor;

import java.util.Arrays;
import java.util.List;
import org.maliang.simd.RowMath;

/**
 * A few rows of activations in Java's heap, {@code [..., width]}. Where products are Java's ({@link MatMul#ownThreads}), what lies
 * between them is done here too: for so few numbers a call of LibTorch takes longer than the work.
 *
 * <p>Needs Java's vectors, as those products do. Gradients do not pass.
 */
public final class HostRows {

    private final float[] values;
    private final long[] shape;

    private HostRows(float[] values, long[] shape) {
        this.values = values;
        this.shape = shape;
    }

    /** Copies a tensor {@code [..., width]}. */
    public static HostRows of(Tensor x) {
        return new HostRows(x.toFloats(), x.shape());
    }

    /** A copy in F32 of the same shape. */
    public Tensor tensor() {
        return tensor(shape);
    }

    /** A copy in F32 of another shape with as many elements. */
    public Tensor tensor(long... other) {
        return Tensor.of(values, other);
    }

    /** The same numbers in another shape with as many. */
    public HostRows view(long... other) {
        return new HostRows(values, other);
    }

    public int rank() {
        return shape.length;
    }

    /** Length of one dimension. */
    public long size(int dimension) {
        return shape[dimension < 0 ? dimension + shape.length : dimension];
    }

    int rows() {
        return values.length / width();
    }

    private int width() {
        return (int) size(-1);
    }

    float[] values() {
        return values;
    }

    /** As many rows of another width. */
    HostRows widened(float[] others, int width) {
        long[] wider = shape.clone();
        wider[wider.length - 1] = width;
        return new HostRows(others, wider);
    }

    /** Columns {@code from … from + count - 1} of every row. */
    public HostRows columns(int from, int count) {
        int rows = rows();
        int width = width();
        float[] some = new float[rows * count];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * width + from, some, row * count, count);
        }
        return widened(some, count);
    }

    /** Some rows from {@code start} on, as {@code [batch, time, width]}. */
    public HostRows part(long start, long batch, long time) {
        int width = width();
        int from = (int) start * width;
        float[] some = Arrays.copyOfRange(values, from, from + (int) (batch * time) * width);
        return new HostRows(some, new long[] {batch, time, width});
    }

    /** All rows of {@code parts}, which have the same width, as {@code [1, time, width]}. */
    public static HostRows inRow(List<HostRows> parts) {
        HostRows all = beside(
                parts.stream().map(part -> part.view(1, part.values.length)).toList());
        long width = parts.get(0).size(-1);
        return all.view(1, all.size(1) / width, width);
    }

    /** Every row of {@code parts}, which have as many, one behind the other. */
    static HostRows beside(List<HostRows> parts) {
        int rows = parts.get(0).rows();
        int width = parts.stream().mapToInt(HostRows::width).sum();
        float[] all = new float[rows * width];
        int to = 0;
        for (HostRows part : parts) {
            int own = part.width();
            for (int row = 0; row < rows; row++) {
                System.arraycopy(part.values, row * own, all, row * width + to, own);
            }
            to += own;
        }
        return parts.get(0).widened(all, width);
    }

    /** The sum with rows of the same shape. */
    public HostRows plus(HostRows other) {
        return mapped(RowMath.plus(values, other.checked(this)));
    }

    /** Adds {@code [width]} to each row, which is changed. */
    HostRows plusEach(float[] bias) {
        RowMath.addToEach(values, bias);
        return this;
    }

    /** The product, number by number, with rows of the same shape. */
    public HostRows times(HostRows other) {
        return mapped(RowMath.times(values, other.checked(this)));
    }

    private float[] checked(HostRows other) {
        if (!Arrays.equals(shape, other.shape)) {
            throw new TensorException("rows: " + Arrays.toString(other.shape) + " and " + Arrays.toString(shape)
                    + " do not have the same shape");
        }
        return values;
    }

    /** {@link Ops#rmsNorm}. */
    public HostRows rmsNorm(float[] weight, double epsilon) {
        return mapped(RowMath.rmsNorm(values, fitting(weight), epsilon));
    }

    /** {@link Ops#layerNorm}. */
    public HostRows layerNorm(float[] weight, float[] bias, double epsilon) {
        return mapped(RowMath.layerNorm(values, fitting(weight), fitting(bias), epsilon));
    }

    private float[] fitting(float[] weight) {
        if (weight.length != width()) {
            throw new TensorException("rows: " + weight.length + " weights do not fit rows of " + width());
        }
        return weight;
    }

    /** {@link Ops#relu}. */
    public HostRows relu() {
        return mapped(RowMath.relu(values));
    }

    /** Each number times the logistic function of {@code slope · (x + cube · x³)}. */
    public HostRows gated(double slope, double cube) {
        return mapped(RowMath.gated(values, (float) slope, (float) cube));
    }

    /**
     * Pairs of numbers {@code (a, b)} of each head turned: {@code (a, b) · cos + (b, a) · sin}.
     *
     * @param headSize numbers of a head
     * @param width how many leading numbers of a head turn
     * @param halves whether numbers {@code i} and {@code i + width / 2} of a head are a pair, else neighbours are
     * @param cos {@code [rows, width]}, or as many rows as repeat: those of the positions that all texts have
     * @param sin likewise, negative for the first of a pair
     */
    public HostRows turned(int headSize, int width, boolean halves, float[] cos, float[] sin) {
        return mapped(RowMath.turned(values, width(), headSize, new RowMath.Turn(halves, width, cos, sin)));
    }

    private HostRows mapped(float[] others) {
        return new HostRows(others, shape);
    }
}
