package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;

/** Writes texts that go into no batch, one request after the other, on a thread that is given to it. */
final class Turns {

    private final TextGenerator generator;
    private final int vocabulary;
    private final Relay.Starter thread;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Turns(TextGenerator generator, int vocabulary, Relay.Starter thread) {
        this.generator = generator;
        this.vocabulary = vocabulary;
        this.thread = thread;
    }

    /** As {@link WritingDesk#write} does. */
    List<Sample> write(String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        CompletableFuture<?> unwanted = CompletableFuture.anyOf(gone, closed);
        GenerationOptions wanted = options.withConstraint(new WhileWanted(options.constraint(), unwanted, vocabulary));
        return Relay.run(thread, relayed -> generator.write(prompt, wanted, relayed), listener, unwanted);
    }

    /** Gives up what is not finished. */
    void end() {
        closed.complete(null);
    }
}
