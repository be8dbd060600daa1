package org.maliang.model.form;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Quatrains and regulated verse (近体诗) with their metre and rhyme. Even clauses close on one level rhyme without
 * repeating a word, which a level close of the first clause already sets; other odd clauses close oblique. The 2nd, 4th
 * and 6th characters alternate in tone within a clause, answer each other within a couplet (对) and agree from one
 * couplet to the next (粘); whatever comes first sets them.
 */
final class RegulatedVerse {

    private RegulatedVerse() {}

    /** Whether the tone at an odd index of a clause is the opposite of the one at index 1 of the first clause. */
    static boolean turns(int clause, int index) {
        boolean answers = clause % 4 == 1 || clause % 4 == 2;
        return answers ^ (index % 4 == 3);
    }

    /**
     * The verse, with as many slots as the layout has characters.
     *
     * @param rhymes the rhymes to choose from, one bit each
     */
    static MeasuredVerse of(Layout layout, Map<Integer, Integer> heads, long rhymes) {
        List<Slot> slots = new ArrayList<>(
                MeasuredVerse.of(layout, heads, clauses -> false).slots());
        List<Slot.Metre.Place> metre = new ArrayList<>();
        List<Integer> rhyming = new ArrayList<>();
        int opening = layout.clauses().get(0).length() - 1;
        int at = 0;
        for (int clause = 0; clause < layout.clauses().size(); clause++) {
            int last = layout.clauses().get(clause).length() - 1;
            for (int i = 1; i < last; i += 2) {
                boolean turned = turns(clause, i);
                slots.set(at + i, new Slot.Metre(turned, List.copyOf(metre)));
                metre.add(new Slot.Metre.Place(at + i, turned));
            }
            if (clause % 2 == 1) {
                slots.set(at + last, new Slot.Rhyme(rhymes, opening, List.copyOf(rhyming)));
                rhyming.add(at + last);
            } else {
                slots.set(at + last, clause == 0 ? new Slot.Opening(rhymes) : new Slot.Toned(Tone.OBLIQUE));
            }
            at += last + 2 + (layout.clauses().get(clause).breaks() ? 1 : 0);
        }
        return new MeasuredVerse(slots, new BitSet());
    }
}
