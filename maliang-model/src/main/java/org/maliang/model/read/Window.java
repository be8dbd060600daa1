package org.maliang.model.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.DecoderConfig;

/**
 * A part of a text that a decoder reads at once.
 *
 * @param ids one more than the model reads: the last one is only predicted
 * @param first the index of the first id to predict; those before it were predicted in the window before, or begin the text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Window(int[] ids, int first) {

    /**
     * The windows of a text behind the model's beginning-of-text token, or its end-of-text token if there is no other. They
     * overlap by half, so that every id has at least half a context before it, and predict every id once; a model that has
     * neither token predicts all but the first.
     */
    public static List<Window> of(int[] text, DecoderConfig config) {
        OptionalInt begin = config.openingId();
        int context = config.contextLength();
        int[] ids = IntStream.concat(begin.stream(), Arrays.stream(text)).toArray();
        List<Window> windows = new ArrayList<>();
        int next = 1; // the first id that no window has predicted yet
        while (next < ids.length) {
            int start = next == 1 ? 0 : next - (context + 1) / 2;
            int end = Math.min(ids.length, start + context + 1);
            windows.add(new Window(Arrays.copyOfRange(ids, start, end), next - start));
            next = end;
        }
        return windows;
    }

    /** How many ids the model reads. */
    public int length() {
        return ids.length - 1;
    }
}
