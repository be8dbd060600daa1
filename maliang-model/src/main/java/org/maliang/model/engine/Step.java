package org.maliang.model.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Tensor;

/** One pass through the model, of pieces of several texts. The scope it is made and run in owns its tensors. */
final class Step {

    private final Decoder decoder;
    private final List<Sequence> texts = new ArrayList<>();
    private final List<Input> parts = new ArrayList<>();
    private final LongStream.Builder wanted = LongStream.builder(); // positions whose scores are needed
    private long time;

    /** Hears the scores after a text that has been read to its end. */
    @FunctionalInterface
    interface Reader {

        /** The row of its last token begins at {@code first}, a row for every guess follows. */
        void scores(Sequence text, float[] scores, int first);
    }

    Step(Decoder decoder) {
        this.decoder = decoder;
    }

    /** Reads {@code count} more tokens of a text and, when these are the last it has, what it guesses after them. */
    void add(Sequence text, int count) {
        boolean complete = count == text.unread();
        Input part = text.next(count, decoder);
        texts.add(text);
        parts.add(part);
        time += part.time();
        if (complete) {
            LongStream.range(time - 1 - text.guessed(), time).forEach(wanted);
        }
    }

    /** Nothing to read. */
    boolean isEmpty() {
        return texts.isEmpty();
    }

    List<Sequence> texts() {
        return texts;
    }

    /** The scores after all wanted positions: {@code [wanted * vocabulary]}. */
    float[] run() {
        Tensor hidden = decoder.hidden(Input.beside(parts)); // [1, time, hidden]
        long[] at = wanted.build().toArray();
        if (at.length == 0) {
            return new float[0];
        }
        Tensor last = at.length == time
                ? hidden
                : hidden.indexSelect(1, Tensor.of(at, at.length).to(decoder.device()));
        return decoder.logits(last).toFloats();
    }

    /** Hands out what {@link #run} returned. */
    void read(float[] scores, Reader reader) {
        int vocabulary = decoder.config().vocabularySize();
        int first = 0;
        for (Sequence text : texts) {
            if (text.unread() <= 0) { // guesses have been read before they belong to the text
                int from = first;
                first += (1 + text.guessed()) * vocabulary;
                reader.scores(text, scores, from);
            }
        }
    }
}
