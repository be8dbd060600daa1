package org.maliang.model.generate;

import java.util.Arrays;
import java.util.BitSet;

/** A text on its way: the prompt, what was written after it, and where the constraint stands. */
final class Draft {

    private final int promptLength;
    private final BitSet seen; // the ids that occur in the text
    private int[] ids;
    private int length;
    private Constraint.State state;

    private Draft(int promptLength, BitSet seen, int[] ids, int length, Constraint.State state) {
        this.promptLength = promptLength;
        this.seen = seen;
        this.ids = ids;
        this.length = length;
        this.state = state;
    }

    static Draft after(int[] prompt, Constraint constraint) {
        BitSet seen = new BitSet();
        Arrays.stream(prompt).forEach(seen::set);
        return new Draft(prompt.length, seen, prompt.clone(), prompt.length, constraint.start());
    }

    /** The same text, to be continued in another way. */
    Draft fork() {
        return new Draft(promptLength, (BitSet) seen.clone(), ids.clone(), length, state);
    }

    void add(int token) {
        append(token);
        if (state != Unconstrained.STATE) {
            state = state.next(token);
        }
    }

    /** Adds the end-of-text token, which no constraint needs to know. */
    void end(int token) {
        append(token);
    }

    private void append(int token) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = token;
        seen.set(token);
    }

    /** Tokens of prompt and text. */
    int length() {
        return length;
    }

    /** Tokens written after the prompt. */
    int written() {
        return length - promptLength;
    }

    /** The latest token. */
    int last() {
        return ids[length - 1];
    }

    int at(int index) {
        return ids[index];
    }

    BitSet seen() {
        return seen;
    }

    Constraint.State state() {
        return state;
    }

    Continuation finish(FinishReason reason) {
        return new Continuation(Arrays.copyOfRange(ids, promptLength, length), reason);
    }
}
