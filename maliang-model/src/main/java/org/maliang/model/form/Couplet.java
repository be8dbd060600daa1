package org.maliang.model.form;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The second line of a couplet (对联): clause by clause as long as the first, and as the custom is without its words. */
final class Couplet {
    private static final int LONGEST = 60;

    private Couplet() {}

    /**
     * The first line without a stop at its end.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds anything but Han characters and punctuation
     */
    static String firstLine(String text) {
        String line = Sentences.fullWidth(text).replaceFirst("[" + Layout.PUNCTUATION + "]$", "");
        if (Layout.of(line).isEmpty() || line.length() > LONGEST) {
            throw new IllegalArgumentException("form: '" + text + "' is no first line of a couplet; give up to "
                    + LONGEST + " Han characters and ，、 between them, as in 春风大雅能容物");
        }
        return line;
    }

    /**
     * What answers {@code first}: stops where it has them; the same character where it repeats one, a new one elsewhere,
     * none of its own.
     */
    static MeasuredVerse pattern(String first) {
        int[] points = firstLine(first).codePoints().toArray();
        Set<Integer> taken = first.codePoints().boxed().collect(Collectors.toSet());
        List<Slot> slots = new ArrayList<>();
        for (int point : points) {
            int earlier = first.codePoints().boxed().toList().indexOf(point);
            boolean stop = !Layout.isIdeograph(point);
            slots.add(stop ? new Slot.Fixed(point) : answer(slots.size(), earlier, taken));
        }
        return new MeasuredVerse(slots, new BitSet());
    }

    private static Slot answer(int index, int earlier, Set<Integer> taken) {
        return earlier < index ? new Slot.Echo(earlier) : new Slot.Fresh(taken);
    }
}
