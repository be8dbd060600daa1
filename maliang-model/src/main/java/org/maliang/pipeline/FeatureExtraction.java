package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.maliang.model.Encoder;
import org.maliang.tokenizer.Encoding;

/** The final hidden state of every token of a text, those of the special tokens around it included. */
public final class FeatureExtraction extends ReadingPipeline<String, Vectors> {

    private final Encoder encoder;

    FeatureExtraction(Task task, Reader reader) {
        super(task, Signature.text("春江花月夜", "text_embedding"), reader);
        this.encoder = Heads.encoder(reader.model()).orElseThrow(() -> Heads.lacking(task, reader, "an encoder"));
    }

    @Override
    public List<Vectors> runAll(List<String> texts) {
        List<Encoding> encoded = reader().encode(texts);
        List<float[]> states = reader().read(encoded, encoder::hidden); // [time * hidden] each
        int size = encoder.config().hiddenSize();
        List<Vectors> results = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            List<float[]> vectors = new ArrayList<>();
            for (int token = 0; token < encoded.get(i).length(); token++) {
                vectors.add(Arrays.copyOfRange(states.get(i), token * size, (token + 1) * size));
            }
            results.add(Vectors.of(vectors));
        }
        return results;
    }

    @Override
    public String input(String text) {
        return text;
    }

    @Override
    String input(Fields fields) {
        return fields.text("text", "sentence");
    }
}
