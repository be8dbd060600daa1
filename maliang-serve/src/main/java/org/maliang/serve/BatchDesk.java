package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
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

/** A model writes all texts in batches; searches, which do not go into them, are done between two of its steps. */
final class BatchDesk implements WritingDesk {

    private final Engine engine;
    private final Function<CompletableFuture<?>, TextGenerator> generator; // by who no longer wants its texts
    private final Turns turns;

    private BatchDesk(Engine engine, Function<CompletableFuture<?>, TextGenerator> generator, Turns turns) {
        this.engine = engine;
        this.generator = generator;
        this.turns = turns;
    }

    static BatchDesk of(Decoder decoder, Tokenizer tokenizer, ServerOptions.Bounds bounds) {
        Engine engine = new Engine(
                decoder,
                new TokenGenerator(decoder).choosingBelow(tokenizer.vocabularySize()),
                EngineSettings.within(decoder, bounds.parallel(), bounds.cacheBytes())
                        .withQueue(bounds.queue()));
        return new BatchDesk(
                engine,
                gone -> new TextGenerator(decoder, tokenizer, tokens -> new RelayedWriter(engine, gone)),
                new Turns(new TextGenerator(decoder, tokenizer), tokenizer.vocabularySize(), engine::call));
    }

    static BatchDesk of(EncoderDecoder model, Tokenizer tokenizer, ServerOptions.Bounds bounds) {
        Engine engine = new Engine(
                model,
                tokenizer.vocabularySize(),
                EngineSettings.within(model, bounds.parallel(), bounds.cacheBytes())
                        .withQueue(bounds.queue()));
        return new BatchDesk(
                engine,
                gone -> new TextGenerator(model, tokenizer, (tokens, read) -> {
                    RelayedWriter writer = new RelayedWriter(engine, gone);
                    return (start, options, listener) -> writer.write(List.of(read), options, listener);
                }),
                new Turns(new TextGenerator(model, tokenizer), tokenizer.vocabularySize(), engine::call));
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return options.beams() > 1 || options.search().penaltyAlpha() > 0
                ? turns.write(prompt, options, listener, gone)
                : generator.apply(gone).write(prompt, options, listener);
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
