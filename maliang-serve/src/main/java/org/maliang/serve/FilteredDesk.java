package org.maliang.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.model.read.TokenScore;

/** A desk that takes no prompt with a word of a list, and shows no text beyond the first such word. Owns the other desk. */
record FilteredDesk(WritingDesk desk, ContentFilter filter) implements WritingDesk {

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        filter.hit(prompt).ifPresent(word -> {
            throw ApiException.forbiddenText("the prompt holds a word that this server does not take: leave it out");
        });
        List<Screened> texts = IntStream.range(0, options.samples())
                .mapToObj(sample -> new Screened(sample, filter.screen(), listener))
                .toList();
        List<Sample> samples = desk.write(prompt, options, new Screens(texts, listener.alternatives()), gone);
        return IntStream.range(0, samples.size())
                .mapToObj(sample -> texts.get(sample).finish(samples.get(sample)))
                .toList();
    }

    /** Lets each text look at its pieces. */
    private record Screens(List<Screened> texts, int alternatives) implements TextListener {

        @Override
        public void piece(int sample, String text) {
            texts.get(sample).show(text);
        }

        @Override
        public void token(int sample, TokenScore score) {
            texts.get(sample).pending.add(score);
        }
    }

    /** One text: what is shown of it, and tokens that wait until what they say is shown. */
    private static final class Screened {

        private final int sample;
        private final ContentFilter.Screen screen;
        private final TextListener listener;
        private final List<TokenScore> pending = new ArrayList<>();
        private final StringBuilder shown = new StringBuilder();

        Screened(int sample, ContentFilter.Screen screen, TextListener listener) {
            this.sample = sample;
            this.screen = screen;
            this.listener = listener;
        }

        void show(String piece) {
            if (screen.hit().isEmpty()) {
                tell(screen.show(piece));
            }
        }

        private void tell(String text) {
            if (!text.isEmpty()) {
                if (screen.hit().isEmpty()) {
                    pending.forEach(score -> listener.token(sample, score));
                }
                pending.clear();
                shown.append(text);
                listener.piece(sample, text);
            }
        }

        Sample finish(Sample written) {
            tell(screen.rest());
            return screen.hit().isEmpty()
                    ? written
                    : new Sample(shown.toString(), written.tokens(), FinishReason.CONTENT_FILTER);
        }
    }

    @Override
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        return desk.start(work);
    }

    @Override
    public Load load() {
        return desk.load();
    }

    @Override
    public void close() {
        desk.close();
    }
}
