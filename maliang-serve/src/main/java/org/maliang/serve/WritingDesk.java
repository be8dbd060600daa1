package org.maliang.serve;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;

/** Where a model writes for many. Owns the thread that the model runs on, not the model. */
interface Desk extends AutoCloseable {

    /** The desk that suits a model. */
    static Desk of(LanguageModel model, ServerOptions options) {
        Optional<ContentFilter> filter = options.words().map(ContentFilter::read);
        Desk desk = model.model() instanceof EncoderDecoder about
                ? new SingleDesk(about, model.tokenizer(), options.queue())
                : new BatchDesk((Decoder) model.model(), model.tokenizer(), options);
        return filter.<Desk>map(words -> new FilteredDesk(desk, words)).orElse(desk);
    }

    /** Writes; the listener is heard on the caller's thread. */
    List<Sample> write(String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone);

    /** Begins other work with the model; none where the future is cancelled before its turn comes. */
    <T> CompletableFuture<T> start(Supplier<T> work);

    /** What there is to do. */
    Load load();

    /** Gives up what is not finished. */
    @Override
    void close();
}
