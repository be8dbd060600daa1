package org.maliang.model.engine;

import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Threads;

/**
 * How many of LibTorch's threads passes through a model take: a small model's operators are so short, with one text and
 * with many, that a second thread is mostly waited for. Closing gives LibTorch as many as it had.
 */
final class PassThreads implements AutoCloseable {

    private static final long SMALL = 30_000_000; // parameters

    private final Decoder decoder;
    private final int before = Threads.threads();

    PassThreads(Decoder decoder) {
        this.decoder = decoder;
        if (decoder.parameterCount() < SMALL) {
            Threads.threads(1);
        }
    }

    /** Does a pass over so many positions. */
    <T> T pass(long positions, Supplier<T> pass) {
        if (before == 1 || !decoder.ownThreads(positions)) {
            return pass.get();
        }
        try (Autograd.Guard guard = Threads.onlyOwn()) {
            return pass.get();
        }
    }

    @Override
    public void close() {
        Threads.threads(before);
    }
}
