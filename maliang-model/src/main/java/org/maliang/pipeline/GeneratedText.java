package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.Sample;

/**
 * What was written: after the input by a decoder, about it by an encoder-decoder.
 *
 * @param key ModelScope's name for it: {@code text}, {@code translation} or {@code output}
 * @param samples as many as were asked for, at least one
 */
public record GeneratedText(String key, List<Sample> samples) implements Written {

    public GeneratedText {
        samples = List.copyOf(samples);
    }

    /** The first text. */
    public String text() {
        return samples.get(0).text();
    }

    /** Why the first text ended. */
    public FinishReason finishReason() {
        return samples.get(0).finishReason();
    }

    @Override
    public String line() {
        return text();
    }

    /** The first text under its key; of several all of them under {@code samples}. */
    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put(key, text());
        if (samples.size() > 1) {
            var all = json.putArray("samples");
            samples.forEach(sample -> all.add(sample.text()));
        }
        return json;
    }
}
