package org.maliang.pipeline;

import org.maliang.tokenizer.Tokenizer;

/** A pipeline whose model reads texts and writes none. */
abstract class ReadingPipeline<I, O extends Output> extends Pipeline<I, O> {

    private final Reader reader;

    /** @param reader owned from here on */
    ReadingPipeline(Task task, Signature signature, Reader reader) {
        super(task, signature);
        this.reader = reader;
    }

    final Reader reader() {
        return reader;
    }

    @Override
    public final Tokenizer tokenizer() {
        return reader.tokenizer();
    }

    @Override
    public final int contextLength() {
        return reader.room();
    }

    @Override
    public final void close() {
        reader.close();
    }
}
