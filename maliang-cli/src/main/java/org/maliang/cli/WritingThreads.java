package org.maliang.cli;

import java.nio.file.Path;
import org.maliang.model.Models;
import org.maliang.tensor.Threads;

/** How many threads write a text: a small model's work is so little that a second thread is mostly waited for. */
final class WritingThreads {
    private static final long SMALL = 30_000_000; // parameters

    private WritingThreads() {}

    /** Sets the number that suits the model; call it before loading. */
    static void suit(Path model) {
        suit(Models.info(model).parameters());
    }

    static void suit(long parameters) {
        if (parameters < SMALL) {
            Threads.threads(1);
        }
    }
}
