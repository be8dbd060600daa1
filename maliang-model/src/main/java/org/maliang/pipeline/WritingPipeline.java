package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.tokenizer.Tokenizer;

/** A pipeline whose model writes. */
public abstract class WritingPipeline<I, O extends Written> extends Pipeline<I, O> {

    private final LanguageModel model;
    private final Writer writer;

    /** @param model owned from here on */
    WritingPipeline(Task task, Signature signature, LanguageModel model, Writer writer) {
        super(task, signature);
        this.model = model;
        this.writer = writer;
    }

    /** The model, which the pipeline owns. */
    public final LanguageModel model() {
        return model;
    }

    /** How the model likes to write. */
    public final GenerationOptions defaults() {
        return model.defaults();
    }

    @Override
    public final Tokenizer tokenizer() {
        return model.tokenizer();
    }

    @Override
    public final int contextLength() {
        return model.model().config().contextLength();
    }

    /** The same pipeline, for which another writes with this one's model. It need not be closed; this one must outlive it. */
    public abstract WritingPipeline<I, O> by(Writer other);

    /** What the model reads of an input. */
    abstract String prompt(I input);

    /** The output that texts are. */
    abstract O output(I input, List<Sample> samples);

    /** Writes as the options say. */
    public final O run(I input, GenerationOptions options) {
        return run(input, options, (sample, piece) -> {});
    }

    /** Writes as the options say; the listener hears each text while it is written. */
    public final O run(I input, GenerationOptions options, TextListener listener) {
        return output(input, writer.write(prompt(input), options, listener));
    }

    @Override
    public final List<O> runAll(List<I> inputs) {
        return runAll(inputs, defaults());
    }

    /** Writes as the options say, all texts with the same seed. */
    public final List<O> runAll(List<I> inputs, GenerationOptions options) {
        List<List<Sample>> texts =
                writer.writeAll(inputs.stream().map(this::prompt).toList(), options);
        List<O> outputs = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            outputs.add(output(inputs.get(i), texts.get(i)));
        }
        return outputs;
    }

    @Override
    public final void close() {
        model.close();
    }
}
