package org.maliang.model.engine;

import org.maliang.model.Decoder;
import org.maliang.tensor.Threads;

/**
 * How many threads a pass through a model takes: where a pass is little work, a second thread is mostly waited for. Closing
 * gives LibTorch as many as it had.
 */
final class PassThreads implements AutoCloseable {

    private static final long SMALL = 30_000_000; // products of a pass

    private final int most = Threads.threads();
    private final long weights; // roughly as many products does a token take

    PassThreads(Decoder decoder) {
        this.weights = decoder.parameterCount();
    }

    /** Sets the number that suits a pass of so many tokens. */
    void suit(long tokens) {
        set(tokens * weights < SMALL ? 1 : most);
    }

    private static void set(int count) {
        if (Threads.threads() != count) {
            Threads.threads(count);
        }
    }

    @Override
    public void close() {
        set(most);
    }
}
