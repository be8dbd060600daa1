package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.model.engine.Engine;
import org.maliang.model.engine.EngineSettings;
import org.maliang.model.engine.Load;
import org.maliang.model.engine.RelayedWriter;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tokenizer.Tokenizer;

/** A decoder writes all texts in one batch; searches, which do not go into it, are done between two of its steps. */
final class BatchDesk implements WritingDesk {

    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final Turns turns;

    BatchDesk(Decoder decoder, Tokenizer tokenizer, ServerOptions.Bounds bounds) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.engine = new Engine(
                decoder,
                new TokenGenerator(decoder).choosingBelow(tokenizer.vocabularySize()),
                EngineSettings.within(decoder, bounds.parallel(), bounds.cacheBytes())
                        .withQueue(bounds.queue()));
        this.turns = new Turns(new TextGenerator(decoder, tokenizer), tokenizer.vocabularySize(), engine::call);
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        if (options.beams() > 1 || options.search().penaltyAlpha() > 0) {
            return turns.write(prompt, options, listener, gone);
        }
        return new TextGenerator(decoder, tokenizer, tokens -> new RelayedWriter(engine, gone))
                .write(prompt, options, listener);
    }

    @Override
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        return engine.call(work);
    }

    @Override
    public Load load() {
        return engine.load();
    }

    @Override
    public void close() {
        turns.end();
        engine.close();
    }
}
