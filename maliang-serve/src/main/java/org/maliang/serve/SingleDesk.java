package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;
import org.maliang.tokenizer.Tokenizer;

/** An encoder-decoder writes one request after the other. */
final class SingleDesk implements WritingDesk {

    private final SingleThread thread;
    private final Turns turns;

    SingleDesk(EncoderDecoder model, Tokenizer tokenizer, int queue) {
        this.thread = new SingleThread(queue);
        this.turns = new Turns(new TextGenerator(model, tokenizer), tokenizer.vocabularySize(), this::start);
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return turns.write(prompt, options, listener, gone);
    }

    @Override
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        return thread.start(work);
    }

    @Override
    public Load load() {
        return thread.load();
    }

    @Override
    public void close() {
        turns.end();
        thread.close();
    }
}
