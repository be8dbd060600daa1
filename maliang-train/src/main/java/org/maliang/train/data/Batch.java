package org.maliang.train.data;

/** Token windows to learn from: row r predicts its tokens 1 … context from its tokens 0 … context - 1. */
public final class Batch {
    private final long[] tokens; // [rows, context + 1]
    private final Batches.Shape shape;

    /** @param tokens ids of [rows, context + 1], row after row */
    public Batch(long[] tokens, Batches.Shape shape) {
        if (tokens.length != (long) shape.rows() * (shape.context() + 1)) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens do not fill [" + shape.rows() + ", " + (shape.context() + 1) + "]");
        }
        this.tokens = tokens.clone();
        this.shape = shape;
    }

    public int rows() {
        return shape.rows();
    }

    public int context() {
        return shape.context();
    }

    /** What the model reads, ids of [rows, context]. */
    public long[] inputs() {
        return columns(0);
    }

    /** What the model predicts, ids of [rows, context]. */
    public long[] targets() {
        return columns(1);
    }

    private long[] columns(int shift) {
        int context = shape.context();
        var ids = new long[shape.rows() * context];
        for (int row = 0; row < shape.rows(); row++) {
            System.arraycopy(tokens, row * (context + 1) + shift, ids, row * context, context);
        }
        return ids;
    }
}
