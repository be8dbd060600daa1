package org.maliang.model.generate.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A set of characters as an automaton over the bytes of UTF-8 (RFC 3629); equal states are one. Immutable. */
final class Utf8Class {
    /** Where every character starts. */
    static final int START = 0;

    /** The character is complete. */
    static final int DONE = -1;

    /** No character of the set goes on so. */
    static final int DEAD = -2;

    private static final int[] LEADS = {0x00, 0xC0, 0xE0, 0xF0}; // by the number of bytes that follow
    private static final int CONTINUATION = 0x80;

    private final List<int[]> states = new ArrayList<>(); // next state by byte
    private final int[] any = {DONE, DEAD, DEAD, DEAD
    }; // the states for any character, by bytes to come; dead if not made

    Utf8Class(CharClass set) {
        int[] start = dead();
        states.add(start);
        Map<List<Integer>, Integer> known = new HashMap<>();
        for (int lead = 0; lead < 0xF8; lead++) {
            int more = more(lead);
            if (more >= 0) {
                start[lead] = state(set.and(ledBy(lead)), first(lead), more, known);
            }
        }
    }

    /** The characters whose first byte this is. */
    static CharClass ledBy(int lead) {
        int more = more(lead);
        return more < 0
                ? CharClass.NONE
                : CharClass.range(Math.max(first(lead), least(more)), first(lead) + (1 << 6 * more) - 1);
    }

    private static int first(int lead) {
        return (lead - LEADS[more(lead)]) << 6 * more(lead);
    }

    /** The state after one more byte (0 to 255), {@link #DONE} or {@link #DEAD}. */
    int step(int state, int value) {
        return states.get(state)[value];
    }

    /** How many bytes follow a lead byte, -1 if it is none. */
    private static int more(int lead) {
        return lead < 0x80 ? 0 : lead < 0xC0 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF8 ? 3 : -1;
    }

    /** The least character with so many bytes after the first. */
    private static int least(int more) {
        return new int[] {0, 0x80, 0x800, 0x10000}[more];
    }

    /** The state that accepts the rest of those characters, which begin at {@code first} and have {@code more} bytes to come. */
    private int state(CharClass set, int first, int more, Map<List<Integer>, Integer> known) {
        if (set.isEmpty()) {
            return DEAD;
        }
        boolean all = set.ranges() == 1 && set.first(0) == first && set.last(0) == first + (1 << 6 * more) - 1;
        if (all && any[more] != DEAD) {
            return any[more];
        }
        int[] next = dead();
        int width = 1 << 6 * (more - 1);
        for (int i = 0; i < 64; i++) {
            int from = first + i * width;
            next[CONTINUATION + i] = state(set.and(CharClass.range(from, from + width - 1)), from, more - 1, known);
        }
        int state = known.computeIfAbsent(Arrays.stream(next).boxed().toList(), key -> {
            states.add(next);
            return states.size() - 1;
        });
        if (all) {
            any[more] = state;
        }
        return state;
    }

    private static int[] dead() {
        int[] next = new int[256];
        Arrays.fill(next, DEAD);
        return next;
    }
}
