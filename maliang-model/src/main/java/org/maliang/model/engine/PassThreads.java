package org.maliang.model.engine;

import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Threads;

/**
 * How many of LibTorch's threads passes through a model take: a small model's operators are so short, unless many texts go
 * on together, that a second thread is mostly waited for. Closing gives LibTorch as many as it had.
 */
final class PassThreads implements AutoCloseable {

    private static final long SMALL = 30_000_000; // parameters
    private static final long MANY = 16; // positions

    private final Decoder decoder;
    private final boolean small;
    private final int before = Threads.threads();

    PassThreads(Decoder decoder) {
        this.decoder = decoder;
        this.small = decoder.parameterCount() < SMALL;
        if (small) {
            Threads.threads(1);
        }
    }

    /** Does a pass over so many positions. */
    <T> T pass(long positions, Supplier<T> pass) {
        if (before == 1) {
            return pass.get();
        }
        if (small) {
            return positions < MANY ? pass.get() : onAll(pass);
        }
        if (!decoder.ownThreads(positions)) {
            return pass.get();
        }
        try (Autograd.Guard guard = Threads.onlyOwn()) {
            return pass.get();
        }
    }

    private <T> T onAll(Supplier<T> pass) {
        Threads.threads(before);
        try {
            return pass.get();
        } finally {
            Threads.threads(1);
        }
    }

    @Override
    public void close() {
        Threads.threads(before);
    }
}
