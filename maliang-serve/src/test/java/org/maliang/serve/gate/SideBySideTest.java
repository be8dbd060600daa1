package org.maliang.serve.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maliang.serve.request.SideBySide;

/** Parts of a request that end together. */
class SideBySideTest {

    private static final int TIMES = 50_000; // whoever comes too late does so by microseconds

    private final SideBySide threads = new SideBySide(100);

    @Test
    void whatAPartFailsWithIsThrownAsItIs() {
        assertThat(IntStream.range(0, TIMES)
                        .parallel()
                        .mapToObj(any -> failure(new CancellationException("nobody waits")))
                        .filter(thrown -> !(thrown instanceof CancellationException)))
                .isEmpty();
        assertThat(failure(new StackOverflowError())).isInstanceOf(StackOverflowError.class);
    }

    private Throwable failure(Throwable ofParts) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        Throwable thrown = catchThrowable(() -> threads.each(
                2,
                part -> {
                    if (ofParts instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) ofParts;
                },
                new Visit(null, gone, () -> {})));
        assertThat(gone).isDone();
        return thrown;
    }
}
