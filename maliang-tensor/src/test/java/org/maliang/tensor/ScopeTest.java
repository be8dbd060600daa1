package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeTest {

    private long count;
    private long bytes;

    @BeforeEach
    void measure() {
        count = Tensor.liveCount();
        bytes = Tensor.liveBytes();
    }

    @AfterEach
    void nothingStays() {
        assertThat(Tensor.liveCount()).isEqualTo(count);
        assertThat(Tensor.liveBytes()).isEqualTo(bytes);
    }

    private static Tensor small() {
        return Tensor.ones(DType.F32, 4);
    }

    private static <T> T elsewhere(Callable<T> body) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            return other.submit(body).get();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void keptTensorsRiseOneLevel() {
        Tensor twice;
        Tensor once;
        try (Scope outer = Scope.open()) {
            try (Scope inner = Scope.open()) {
                once = inner.keep(small());
                twice = inner.keep(small());
                assertThat(inner.keep(twice)).as("already with the outer scope").isSameAs(twice);
            }
            assertThat(once.isClosed()).isFalse();
            outer.keep(twice);
        }
        assertThat(once.isClosed()).isTrue();
        assertThat(twice.toFloats()).containsOnly(1);
        twice.close();
    }

    @Test
    void closesWhenTheBodyFails() {
        List<Tensor> made = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (Scope scope = Scope.open()) {
                        made.add(small());
                        made.add(made.get(0).matmul(Tensor.ones(DType.F32, 5)));
                    }
                })
                .isInstanceOf(TensorException.class);
        assertThat(made)
                .singleElement()
                .satisfies(tensor -> assertThat(tensor.isClosed()).isTrue());
    }

    @Test
    void innerScopesCloseFirst() {
        Scope outer = Scope.open();
        try (Scope inner = Scope.open()) {
            assertThatThrownBy(outer::close)
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("close the inner first");
        }
        outer.close();
        outer.close();
    }

    @Test
    void tensorsOutsideAnyScopeBelongToTheCaller() {
        Tensor tensor;
        try (Scope scope = Scope.open()) {
            tensor = Scope.unowned(ScopeTest::small);
            assertThatThrownBy(() -> Scope.unowned(() -> {
                        throw new IllegalStateException("inside");
                    }))
                    .hasMessage("inside");
            assertThat(small().isClosed()).isFalse();
        }
        assertThat(tensor.isClosed()).isFalse();
        tensor.close();
    }

    @Test
    void manyShortLivedTensorsDoNotPileUp() {
        try (Scope scope = Scope.open()) {
            Tensor first = small();
            for (int i = 0; i < 5000; i++) {
                first.add(i).close();
            }
            assertThat(Tensor.liveCount()).isEqualTo(count + 1);
            assertThat(first.toFloats()).containsOnly(1);
        }
    }

    @Test
    void eachThreadHasItsOwnScope() throws Exception {
        try (Scope scope = Scope.open()) {
            Tensor mine = small();
            Tensor theirs = elsewhere(() -> {
                Tensor loose = mine.add(1); // no scope is open in this thread
                try (Scope own = Scope.open()) {
                    own.keep(mine); // not this scope's: stays with the first thread
                    Tensor temporary = loose.add(1);
                    assertThat(temporary.toFloats()).containsOnly(3);
                }
                return loose;
            });
            assertThat(mine.isClosed()).isFalse();
            assertThat(theirs.toFloats()).containsOnly(2);
            theirs.close();
        }
    }

    @Test
    void aScopeRefusesOtherThreads() throws Exception {
        try (Scope scope = Scope.open()) {
            Tensor mine = small();
            for (Runnable use : List.<Runnable>of(() -> scope.keep(mine), scope::close)) {
                Throwable thrown = elsewhere(() -> org.assertj.core.api.Assertions.catchThrowable(use::run));
                assertThat(thrown)
                        .isInstanceOf(TensorException.class)
                        .hasMessageContaining("a scope belongs to one thread")
                        .hasMessageContaining(Thread.currentThread().getName());
            }
            assertThat(mine.isClosed()).isFalse();
        }
    }

    /** Many threads count, measure, share a tensor and close their own at the same time. */
    @Test
    void threadsWorkSideBySide() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (Scope scope = Scope.open()) {
            Tensor shared = Generator.of(1).normal(new long[] {16, 16}, 0, 1);
            float[] expected = shared.matmul(shared).toFloats();
            CountDownLatch start = new CountDownLatch(1);
            List<Future<float[]>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                results.add(pool.submit(() -> {
                    start.await();
                    float[] last = {};
                    for (int i = 0; i < 100; i++) {
                        try (Scope own = Scope.open()) {
                            last = shared.matmul(shared).toFloats();
                            assertThat(Tensor.liveBytes()).isGreaterThanOrEqualTo(shared.bytes());
                        }
                    }
                    return last;
                }));
            }
            start.countDown();
            for (Future<float[]> result : results) {
                assertThat(result.get()).containsExactly(expected);
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void bytesFollowTensorsViewsAndGradients() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensor.zeros(DType.F32, 10, 100).requiresGrad(true);
            assertThat(Tensor.liveBytes() - bytes).isEqualTo(4000);
            Tensor view = weight.view(1000);
            assertThat(Tensor.liveBytes() - bytes).isEqualTo(4000);
            try (Scope step = Scope.open()) {
                view.sum().backward();
            }
            assertThat(Tensor.liveBytes() - bytes).as("with its gradient").isEqualTo(8000);
            weight.clearGrad();
            assertThat(Tensor.liveBytes() - bytes).isEqualTo(4000);
            weight.close();
            assertThat(Tensor.liveBytes() - bytes)
                    .as("the view holds the memory")
                    .isEqualTo(4000);
            view.close();
            assertThat(Tensor.liveBytes()).isEqualTo(bytes);
        }
    }
}
