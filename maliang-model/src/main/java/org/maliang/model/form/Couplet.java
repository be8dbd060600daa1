package org.maliang.model.form;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
     * none of its own; the opposite tone in every even place and at the end of every clause.
     */
    static MeasuredVerse pattern(String first) {
        List<Integer> line = first.codePoints().boxed().toList();
        Set<Integer> tonal = tonal(line);
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < line.size(); i++) {
            int character = line.get(i);
            int earlier = line.indexOf(character);
            Tone tone =
                    tonal.contains(character) ? Sounds.CORPUS.tone(character).opposite() : Tone.EITHER;
            if (!Layout.isIdeograph(character)) {
                slots.add(new Slot.Fixed(character));
            } else {
                slots.add(earlier < i ? new Slot.Echo(earlier) : new Slot.Answer(tone, Set.copyOf(line)));
            }
        }
        return new MeasuredVerse(slots, new BitSet());
    }

    /** The characters in even places or at the end of a clause. */
    private static Set<Integer> tonal(List<Integer> line) {
        Set<Integer> tonal = new HashSet<>();
        int place = 0; // in the clause, from 1
        for (int i = 0; i < line.size(); i++) {
            place = Layout.isIdeograph(line.get(i)) ? place + 1 : 0;
            boolean ends = i + 1 == line.size() || !Layout.isIdeograph(line.get(i + 1));
            if (ends || place % 2 == 0) {
                tonal.add(line.get(i));
            }
        }
        return tonal;
    }
}
