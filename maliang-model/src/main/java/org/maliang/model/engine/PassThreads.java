package org.maliang.model.engine;

import org.maliang.model.Decoder;
import org.maliang.tensor.Threads;

/**
 * How many of LibTorch's threads passes through a model take: a small model's operators are so short, with one text and
 * with many, that a second thread is mostly waited for. Closing gives LibTorch as many as it had.
 */
final class PassThreads implements AutoCloseable {

    private static final long SMALL = 30_000_000; // parameters

    private final int before = Threads.threads();

    PassThreads(Decoder decoder) {
        if (decoder.parameterCount() < SMALL) {
            Threads.threads(1);
        }
    }

    @Override
    public void close() {
        Threads.threads(before);
    }
}
