package org.maliang.serve.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // clocks may wrap around
    private final TokenBucket bucket = new TokenBucket(6, now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aMinutesWorthAtOnceThenOneAsItRefills() {
        for (int i = 0; i < 6; i++) {
            assertThat(bucket.take()).isEmpty();
        }
        assertThat(bucket.take()).hasValue(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(4));
        assertThat(bucket.take()).hasValue(Duration.ofSeconds(6));
        pass(Duration.ofSeconds(6));
        assertThat(bucket.take()).isEmpty();
        assertThat(bucket.take()).hasValue(Duration.ofSeconds(10));
    }

    @Test
    void holdsNoMoreThanAMinutesWorth() {
        pass(Duration.ofHours(1));
        for (int i = 0; i < 6; i++) {
            assertThat(bucket.take()).isEmpty();
        }
        assertThat(bucket.take()).isPresent();
    }

    @Test
    void askingDoesNotPutOffTheNext() {
        for (int i = 0; i < 6; i++) {
            bucket.take();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(bucket.take()).isPresent();
            pass(Duration.ofMillis(500));
        }
        assertThat(bucket.take()).isEmpty();
    }
}
