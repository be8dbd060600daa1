package org.maliang.model.form;

import java.util.Arrays;
import java.util.Set;

/** What one place of a measured verse asks of its character. Equal slots ask the same. */
interface Slot {
    /** Whether the character may stand here, after the characters {@code written} from the first slot on. */
    boolean admits(int character, int[] written);

    /** Whether the answer is the same whatever was written before. */
    default boolean independent() {
        return true;
    }

    /** One certain character: punctuation, a line break, a letter of an acrostic. */
    record Fixed(int character) implements Slot {
        @Override
        public boolean admits(int character, int[] written) {
            return character == this.character;
        }
    }

    /** Any Han character. */
    record Ideograph() implements Slot {
        @Override
        public boolean admits(int character, int[] written) {
            return Layout.isIdeograph(character);
        }
    }

    /** The character that was written in an earlier slot. */
    record Echo(int earlier) implements Slot {
        @Override
        public boolean admits(int character, int[] written) {
            return character == written[earlier];
        }

        @Override
        public boolean independent() {
            return false;
        }
    }

    /** A Han character that is neither taken nor already written. */
    record Fresh(Set<Integer> taken) implements Slot {
        @Override
        public boolean admits(int character, int[] written) {
            return Layout.isIdeograph(character)
                    && !taken.contains(character)
                    && Arrays.stream(written).noneMatch(earlier -> earlier == character);
        }

        @Override
        public boolean independent() {
            return false;
        }
    }
}
