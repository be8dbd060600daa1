package org.maliang.model.form;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Verse of differing clauses (杂言): every clause of 2 to 11 characters, one sentence a line, 4 to 32 clauses.
 *
 * @param heads the first character of every line; the verse has as many lines. Empty leaves lines open
 */
record FreeVerse(List<Integer> heads) implements Pattern {
    private static final int SHORTEST = 2;
    private static final int LONGEST = 11;
    private static final int LEAST = 4;
    private static final int MOST = 32;
    private static final String ENDS = "。？！";

    /** How far the verse has come: finished clauses, finished lines, characters of the clause at hand, last character. */
    private record Place(int clauses, int lines, int length, boolean lineBegins, boolean lineDone) {
        static Place of(int[] written) {
            int clauses = 0;
            int lines = 0;
            int length = 0;
            for (int character : written) {
                boolean stop = Layout.PUNCTUATION.indexOf(character) >= 0;
                clauses += stop ? 1 : 0;
                lines += ENDS.indexOf(character) >= 0 ? 1 : 0;
                length = Layout.isIdeograph(character) ? length + 1 : 0;
            }
            int last = written.length == 0 ? '\n' : written[written.length - 1];
            return new Place(clauses, lines, length, last == '\n', ENDS.indexOf(last) >= 0);
        }
    }

    FreeVerse {
        heads = List.copyOf(heads);
        if (heads.size() > MOST) {
            throw new IllegalArgumentException("acrostic: " + heads.size() + " characters do not fit "
                    + PoemForm.MIXED.label() + "; give up to " + MOST + ", one a line");
        }
    }

    @Override
    public IntPredicate next(int[] written) {
        Place at = Place.of(written);
        return character -> admits(character, at);
    }

    private boolean admits(int character, Place at) {
        if (at.lineDone) {
            return character == '\n' && !closed(at);
        }
        if (Layout.isIdeograph(character)) {
            boolean headed = at.lineBegins && !heads.isEmpty();
            return at.length < LONGEST && (!headed || character == heads.get(at.lines));
        }
        boolean stop = Layout.PUNCTUATION.indexOf(character) >= 0;
        if (!stop || at.length < SHORTEST) {
            return false;
        }
        int linesToCome = Math.max(0, heads.size() - at.lines - 1);
        boolean lastLine = !heads.isEmpty() && linesToCome == 0;
        return ENDS.indexOf(character) >= 0
                ? !lastLine || at.clauses + 1 >= LEAST
                : at.clauses + 1 < MOST - linesToCome;
    }

    @Override
    public boolean mayEnd(int[] written) {
        Place at = Place.of(written);
        return closed(at) || (at.lineDone && at.clauses >= LEAST && heads.isEmpty());
    }

    @Override
    public boolean closed(int[] written) {
        return closed(Place.of(written));
    }

    private boolean closed(Place at) {
        return at.lineDone && (heads.isEmpty() ? at.clauses >= MOST : at.lines == heads.size());
    }

    @Override
    public Optional<Object> kind(int[] written, int reach) {
        Place at = Place.of(written);
        boolean midway = heads.isEmpty() && at.clauses > LEAST && at.clauses + reach < MOST;
        int lines = heads.isEmpty() ? 0 : at.lines;
        return Optional.of(new Place(midway ? LEAST : at.clauses, lines, at.length, at.lineBegins, at.lineDone));
    }

    @Override
    public int ideographs() {
        return 1;
    }

    @Override
    public Set<Integer> required() {
        Set<Integer> required = new LinkedHashSet<>(List.of((int) '。', (int) '\n'));
        required.addAll(heads);
        return required;
    }
}
