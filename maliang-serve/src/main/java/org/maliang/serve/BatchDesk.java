package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.maliang.model.LanguageModel;
import org.maliang.model.engine.Engine;
import org.maliang.model.engine.Load;
import org.maliang.model.engine.RelayedWriter;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;

/** A model writes all texts in batches; searches, which do not go into them, are done between two of its steps. */
final class BatchDesk implements WritingDesk {

    private final LanguageModel model;
    private final Engine engine;
    private final Turns turns;

    BatchDesk(LanguageModel model, ServerOptions.Bounds bounds) {
        this.model = model;
        this.engine = model.engine(bounds.parallel(), bounds.cacheBytes(), bounds.queue());
        this.turns = new Turns(model.generator(), model.tokenizer().vocabularySize(), engine::call);
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return options.beams() > 1 || options.search().penaltyAlpha() > 0
                ? turns.write(prompt, options, listener, gone)
                : model.generator(new RelayedWriter(engine, gone)).write(prompt, options, listener);
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
