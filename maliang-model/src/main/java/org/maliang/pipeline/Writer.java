package org.maliang.pipeline;

import java.util.List;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;

/** Writes for a {@link WritingPipeline}: its own model, or somebody who lets many write with that model at once. */
public interface Writer {

    /** The texts for one prompt, as many as the options ask for; the listener hears them while they are written. */
    List<Sample> write(String prompt, GenerationOptions options, TextListener listener);

    /** The texts for each prompt, in their order. */
    List<List<Sample>> writeAll(List<String> prompts, GenerationOptions options);
}
