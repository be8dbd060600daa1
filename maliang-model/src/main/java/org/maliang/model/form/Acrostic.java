package org.maliang.model.form;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Characters that head the clauses or the lines of a verse (藏头). */
record Acrostic(List<Integer> letters) {

    /**
     * Reads an acrostic.
     *
     * @throws IllegalArgumentException if it holds anything but Han characters
     */
    static Acrostic parse(String text) {
        List<Integer> letters = text.strip().codePoints().boxed().toList();
        for (int letter : letters) {
            if (!Layout.isIdeograph(letter)) {
                throw new IllegalArgumentException("acrostic: '" + Character.toString(letter)
                        + "' cannot head a clause; give Han characters only, as in --acrostic 马良神笔");
            }
        }
        return new Acrostic(letters);
    }

    /** The form that an acrostic takes when none is asked for. */
    PoemForm form() {
        return switch (letters.size()) {
            case 2, 4 -> PoemForm.QUATRAIN_7;
            case 8 -> PoemForm.REGULATED_7;
            default -> PoemForm.ANCIENT_7;
        };
    }

    /**
     * Which character heads which clause of the layout: every clause if there are as many characters, the first clause of
     * every line if there are as many lines.
     *
     * @throws IllegalArgumentException if neither fits
     */
    Map<Integer, Integer> heads(String name, Layout layout) {
        Map<Integer, Integer> everyClause = new TreeMap<>();
        Map<Integer, Integer> everyLine = new TreeMap<>();
        boolean lineBegins = true;
        for (int i = 0; i < layout.clauses().size(); i++) {
            everyClause.put(i, letter(everyClause.size()));
            if (lineBegins) {
                everyLine.put(i, letter(everyLine.size()));
            }
            lineBegins = layout.clauses().get(i).breaks();
        }
        if (letters.isEmpty()) {
            return Map.of();
        }
        if (letters.size() == everyClause.size()) {
            return everyClause;
        }
        if (letters.size() == everyLine.size()) {
            return everyLine;
        }
        throw new IllegalArgumentException(
                "acrostic: " + letters.size() + " characters do not fit " + name + ", which has " + everyClause.size()
                        + " clauses in " + everyLine.size() + " lines; give as many as clauses or lines");
    }

    private int letter(int index) {
        return index < letters.size() ? letters.get(index) : 0;
    }
}
