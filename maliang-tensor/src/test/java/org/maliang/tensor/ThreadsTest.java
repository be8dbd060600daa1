package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static final int MOST = 2;

    private final int before = Threads.threads();
    private final AtomicInteger runs = new AtomicInteger();
    private final Set<Thread> seen = ConcurrentHashMap.newKeySet();

    @AfterEach
    void restore() {
        Threads.threads(before);
    }

    @Test
    void tasksRunBesideEachOtherEachOnOneThread() {
        Threads.threads(3);
        CountDownLatch both = new CountDownLatch(2);
        Set<Integer> counts = ConcurrentHashMap.newKeySet();
        Threads.sideBySide(MOST, repeat(5, () -> {
            note();
            counts.add(Threads.threads());
            await(both);
        }));
        assertThat(runs).hasValue(5);
        assertThat(counts).containsExactly(1);
        assertThat(seen).hasSize(2).doesNotContain(Thread.currentThread()).noneMatch(Thread::isAlive);
        assertThat(Threads.threads()).isEqualTo(3);
    }

    @Test
    void oneThreadIsTheCallers() {
        Threads.threads(1);
        Threads.sideBySide(MOST, repeat(3, this::note));
        assertThat(runs).hasValue(3);
        assertThat(seen).containsExactly(Thread.currentThread());
    }

    @Test
    void theFirstFailureEndsAll() {
        for (int count : new int[] {1, 2}) {
            Threads.threads(count);
            runs.set(0);
            seen.clear();
            assertThatThrownBy(() -> Threads.sideBySide(MOST, repeat(100, () -> {
                        note();
                        throw new TensorException("no. " + count);
                    })))
                    .isInstanceOf(TensorException.class)
                    .hasMessage("no. " + count);
            assertThat(runs).hasValueLessThanOrEqualTo(count);
            assertThat(seen).allMatch(thread -> thread == Thread.currentThread() || !thread.isAlive());
            assertThat(Threads.threads()).isEqualTo(count);
        }
    }

    @Test
    void anInterruptWaitsForTheTasks() {
        Threads.threads(2);
        Thread.currentThread().interrupt();
        Threads.sideBySide(MOST, repeat(4, this::note));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(runs).hasValue(4);
        assertThat(seen).noneMatch(Thread::isAlive);
    }

    private void note() {
        runs.incrementAndGet();
        seen.add(Thread.currentThread());
    }

    /** Returns when both threads have come by. */
    private static void await(CountDownLatch both) {
        both.countDown();
        try {
            both.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Runnable> repeat(int times, Runnable task) {
        return IntStream.range(0, times).mapToObj(i -> task).toList();
    }
}
