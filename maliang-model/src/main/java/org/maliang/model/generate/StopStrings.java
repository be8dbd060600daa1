package org.maliang.model.generate;

import java.util.List;

/** Looks for stop strings in text that arrives in pieces, and holds back what may turn out to be the start of one. */
final class StopStrings {

    private final List<String> stop;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    StopStrings(List<String> stop) {
        this.stop = stop;
    }

    /** Takes more text and returns what certainly belongs to no stop string. */
    String push(String text) {
        if (stop.isEmpty()) {
            return text;
        }
        held.append(text);
        int first = stop.stream()
                .mapToInt(held::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
        found = first >= 0;
        String free = held.substring(0, found ? first : held.length() - possibleStart());
        held.delete(0, found ? held.length() : free.length());
        return free;
    }

    /** Whether a stop string has come: the text is over. */
    boolean found() {
        return found;
    }

    /** Ends the text: what was held back is no stop string. */
    String flush() {
        String rest = held.toString();
        held.setLength(0);
        return rest;
    }

    /** The length of the longest end of the text that begins a stop string. */
    private int possibleStart() {
        int longest = 0;
        for (String candidate : stop) {
            int length = Math.min(candidate.length() - 1, held.length());
            while (length > longest && !candidate.startsWith(held.substring(held.length() - length))) {
                length--;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }
}
