package org.maliang.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CrewTest {

    @Test
    void everyPartIsDoneOnce() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            int parts = round % 17;
            AtomicIntegerArray done = new AtomicIntegerArray(17);
            Crew.share(1 + round % 4, parts, done::incrementAndGet);
            for (int part = 0; part < 17; part++) {
                assertThat(done.get(part)).isEqualTo(part < parts ? 1 : 0);
            }
            if (round % 200 == 0) {
                Thread.sleep(2); // so that they fall asleep
            }
        }
    }

    @Test
    void noMoreThreadsThanAskedForTakePart() {
        Crew.share(4, 4, part -> {}); // so that there are others
        Set<Thread> seen = Collections.synchronizedSet(new HashSet<>());
        for (int round = 0; round < 200; round++) {
            seen.clear();
            Crew.share(2, 64, part -> seen.add(Thread.currentThread()));
            assertThat(seen).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void aFailureIsThrownAndTheNextWorkIsDone() {
        assertThatThrownBy(() -> Crew.share(2, 8, part -> {
                    if (part == 3) {
                        throw new IllegalStateException("part 3");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("part 3");
        AtomicIntegerArray done = new AtomicIntegerArray(8);
        Crew.share(2, 8, done::incrementAndGet);
        assertThat(done.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1]");
    }
}
