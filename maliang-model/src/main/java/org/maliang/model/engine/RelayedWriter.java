package org.maliang.model.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.generate.TokenWriter;
import org.maliang.model.read.TokenScore;

/**
 * Writes by an engine for one caller among many, who may be slow and may go away: the listener is heard on the caller's
 * thread, so it may wait for a network while the engine goes on. A text that the listener ends may be a few tokens further
 * by then; they are cut off.
 *
 * @param engine stays its owner's
 * @param gone nobody wants the texts any more once this is complete: the engine drops them before its next pass
 */
public record RelayedWriter(Engine engine, CompletableFuture<?> gone) implements TokenWriter {

    /**
     * Submits all prompts, and hears and waits until all is written.
     *
     * @throws CancellationException when {@code gone} is complete before
     */
    @Override
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        boolean relayed = options.search().bestOf() == 0; // of the best of many nobody hears before they are finished
        Relay relay = new Relay(prompts.size() * options.drawn(), listener.alternatives());
        List<CompletableFuture<List<Continuation>>> texts = new ArrayList<>();
        try {
            Request.each(prompts, options, relayed ? relay : listener, Speculation.NONE)
                    .forEach(request -> texts.add(engine.submit(request)));
            AtomicInteger open = new AtomicInteger(texts.size());
            for (CompletableFuture<List<Continuation>> text : texts) {
                var unused = text.whenComplete((written, error) -> {
                    if (open.decrementAndGet() == 0 || error != null) {
                        relay.end();
                    }
                });
            }
            var unused = gone.whenComplete((any, error) -> texts.forEach(text -> text.cancel(true)));
            relay.hear(listener);
            List<Continuation> written =
                    texts.stream().flatMap(text -> Job.join(text).stream()).toList();
            return relayed ? relay.cut(written) : written;
        } finally {
            texts.forEach(text -> text.cancel(true));
        }
    }

    /** Takes tokens from the engine's thread to the caller's. */
    private static final class Relay implements TokenListener {

        /** A token of a text; or, without a row, the end of all. */
        private record Event(int row, int token, Optional<TokenScore> score) {}

        private static final Event END = new Event(-1, -1, Optional.empty());

        private final int alternatives;
        private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final AtomicIntegerArray ended; // 1 for texts that the caller has ended
        private final int[] heard; // tokens, by row

        Relay(int rows, int alternatives) {
            this.alternatives = alternatives;
            this.ended = new AtomicIntegerArray(rows);
            this.heard = new int[rows];
        }

        @Override
        public boolean token(int row, int token) {
            events.add(new Event(row, token, Optional.empty()));
            return ended.get(row) == 0;
        }

        @Override
        public int alternatives() {
            return alternatives;
        }

        @Override
        public boolean token(int row, TokenScore score) {
            events.add(new Event(row, score.id(), Optional.of(score)));
            return ended.get(row) == 0;
        }

        void end() {
            events.add(END);
        }

        /** Passes on what there is until the end. */
        void hear(TokenListener listener) {
            try {
                for (Event event = events.take(); !event.equals(END); event = events.take()) {
                    int row = event.row();
                    int token = event.token();
                    if (ended.get(row) == 0) {
                        heard[row]++;
                        boolean more = event.score()
                                .map(score -> listener.token(row, score))
                                .orElseGet(() -> listener.token(row, token));
                        ended.set(row, more ? 0 : 1);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while a text was written");
            }
        }

        /** What was written up to where the caller ended it. */
        List<Continuation> cut(List<Continuation> written) {
            List<Continuation> whole = new ArrayList<>();
            for (int row = 0; row < written.size(); row++) {
                Continuation text = written.get(row);
                whole.add(
                        ended.get(row) == 0
                                ? text
                                : new Continuation(Arrays.copyOf(text.ids(), heard[row]), FinishReason.STOP));
            }
            return whole;
        }
    }
}
