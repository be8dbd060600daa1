package org.maliang.train.data;

/**
 * Shuffled windows over a packed token stream. The batch of a step is a pure function of (seed, step), so a resumed run
 * sees what an uninterrupted one would have seen. The stream is a ring: each epoch starts at another offset, cuts it into
 * windows of {@code context} predictions and visits every window exactly once in an order of its own.
 */
public final class Batches {
    private final TokenFile tokens;
    private final Shape shape;
    private final long seed;
    private final long windows;

    /** Rows and predicted tokens of a batch. */
    public record Shape(int rows, int context) {}

    /** @throws DataException if the stream is shorter than one window */
    public Batches(TokenFile tokens, Shape shape, long seed) {
        this.tokens = tokens;
        this.shape = shape;
        this.seed = seed;
        this.windows = tokens.tokens() / shape.context();
        if (windows == 0) {
            throw new DataException(tokens.path() + ": " + tokens.tokens() + " tokens are fewer than one window of "
                    + shape.context() + "; lower train.context or add text");
        }
    }

    /** Windows in one pass over the corpus. */
    public long windows() {
        return windows;
    }

    /** Passes over the corpus that {@code count} batches make. */
    public double epochs(long count) {
        return (double) count * shape.rows() / windows;
    }

    /** The batch number {@code index}, counted from 0. */
    public Batch at(long index) {
        int width = shape.context() + 1;
        var ids = new long[shape.rows() * width];
        for (int row = 0; row < shape.rows(); row++) {
            tokens.read(start(index * shape.rows() + row), ids, row * width, width);
        }
        return new Batch(ids, shape);
    }

    /** First token of the n-th window ever visited. */
    long start(long visit) {
        long epoch = visit / windows;
        long key = Permutation.mix(seed ^ Permutation.mix(epoch));
        long offset = Math.floorMod(Permutation.mix(key), tokens.tokens());
        long window = new Permutation(windows, key).at(visit % windows);
        return (offset + window * shape.context()) % tokens.tokens();
    }
}
