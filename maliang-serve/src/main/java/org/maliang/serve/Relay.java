package org.maliang.serve;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.maliang.model.generate.TextListener;
import org.maliang.model.read.TokenScore;

/** Takes what is heard on the model's thread to the caller's, who may be slow, and what the caller decides back. */
final class Relay implements TextListener {

    private final LinkedBlockingQueue<Consumer<TextListener>> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<?> gone;
    private final int alternatives;

    private Relay(CompletableFuture<?> gone, int alternatives) {
        this.gone = gone;
        this.alternatives = alternatives;
    }

    /** Work with a result, begun on another thread. */
    @FunctionalInterface
    interface Starter {
        <T> CompletableFuture<T> start(Supplier<T> work);
    }

    /**
     * Has {@code work} done on another thread, lets the listener hear on this one what it tells, and waits for it.
     *
     * @param gone once it is complete, nothing is waited for, and work that has not begun does not begin
     * @throws CancellationException when {@code gone} is complete before the work is
     */
    static <T> T run(
            Starter starter, Function<TextListener, T> work, TextListener listener, CompletableFuture<?> gone) {
        Relay relay = new Relay(gone, listener.alternatives());
        CompletableFuture<T> result = starter.start(() -> {
            relay.requireListener();
            return work.apply(relay);
        });
        relay.wakeAfter(result);
        relay.wakeAfter(gone);
        try {
            while (!result.isDone() && !gone.isDone() || !relay.events.isEmpty()) {
                relay.events.take().accept(listener);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a text was written");
        }
        if (!result.isDone()) {
            result.cancel(true);
            throw new CancellationException("nobody wants the text any more");
        }
        return ServedModel.joined(result);
    }

    /** Lets the caller look about once {@code done} is complete. */
    private void wakeAfter(CompletableFuture<?> done) {
        var unused = done.whenComplete((any, error) -> events.add(listener -> {}));
    }

    private void requireListener() {
        if (gone.isDone()) {
            throw new CancellationException("nobody wants the text any more");
        }
    }

    @Override
    public void piece(int sample, String text) {
        events.add(listener -> listener.piece(sample, text));
    }

    @Override
    public int alternatives() {
        return alternatives;
    }

    @Override
    public void token(int sample, TokenScore score) {
        events.add(listener -> listener.token(sample, score));
    }
}
