package org.maliang.pipeline;

/** A pipeline whose model reads texts and writes none. */
abstract class ReadingPipeline<I, O extends Output> extends Pipeline<I, O> {

    private final Reader reader;

    /** @param reader owned from here on */
    ReadingPipeline(Task task, Reader reader) {
        super(task);
        this.reader = reader;
    }

    final Reader reader() {
        return reader;
    }

    @Override
    public final void close() {
        reader.close();
    }
}
