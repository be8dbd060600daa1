package org.maliang.serve.gate;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A rate limit: as many requests a minute as it holds, a minute's worth of them at once. */
final class TokenBucket {

    private static final double MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final LongSupplier clock; // nanoseconds
    private double tokens;
    private long filled;

    TokenBucket(int perMinute) {
        this(perMinute, System::nanoTime);
    }

    TokenBucket(int perMinute, LongSupplier clock) {
        this.perMinute = perMinute;
        this.clock = clock;
        this.tokens = perMinute;
        this.filled = clock.getAsLong();
    }

    /** Takes one; where none is left, how long until there is. */
    synchronized Optional<Duration> take() {
        long now = clock.getAsLong();
        tokens = Math.min(perMinute, tokens + (now - filled) * perMinute / MINUTE);
        filled = now;
        if (tokens >= 1) {
            tokens--;
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) Math.ceil((1 - tokens) * MINUTE / perMinute)));
    }
}
