package org.maliang.serve.task;

import java.util.List;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.pipeline.Writer;
import org.maliang.serve.ServedWriter;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Visit;
import org.maliang.serve.request.SideBySide;

/** Lets a pipeline write with the model that is served, beside all others who do, as long as its visitor waits. */
record VisitWriter(ServedWriter model, Visit visit, ServerMetrics.Request measured, SideBySide others)
        implements Writer {

    @Override
    public List<Sample> write(String prompt, GenerationOptions options, TextListener listener) {
        measured.read(model.tokenizer().encode(prompt).length);
        TextListener heard = (sample, piece) -> {
            measured.piece();
            listener.piece(sample, piece);
        };
        List<Sample> samples = model.write(prompt, options, heard, visit.gone());
        samples.forEach(measured::wrote);
        return samples;
    }

    @Override
    public List<List<Sample>> writeAll(List<String> prompts, GenerationOptions options) {
        return others.each(prompts.size(), i -> write(prompts.get(i), options, (sample, piece) -> {}), visit);
    }
}
