package org.maliang.serve;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;

/** Where a model writes for many. */
interface WritingDesk extends Desk {

    /** The desk that suits what is wanted. */
    static WritingDesk of(LanguageModel model, ServerOptions options) {
        Optional<ContentFilter> filter = options.access().words().map(ContentFilter::read);
        WritingDesk desk = new BatchDesk(model, options.bounds());
        return filter.<WritingDesk>map(words -> new FilteredDesk(desk, words)).orElse(desk);
    }

    /** Writes; the listener is heard on the caller's thread. */
    List<Sample> write(String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone);
}
