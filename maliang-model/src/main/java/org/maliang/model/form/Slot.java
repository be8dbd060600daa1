package org.maliang.model.form;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One place of a measured verse: what its character must be, once the characters before it are known. */
interface Slot {

    /** The characters to choose from after {@code written}, which begins with the first slot. */
    Choice given(int[] written);

    /** A set of characters, the same whatever was written. Equal choices admit the same characters. */
    interface Choice extends Slot {
        /** Whether the character is in the set. */
        boolean admits(int character);

        /** Whether few different choices of this kind exist, so that what follows from them is worth keeping. */
        default boolean common() {
            return true;
        }

        @Override
        default Choice given(int[] written) {
            return this;
        }
    }

    /** One certain character: punctuation, a line break, a letter of an acrostic. */
    record Fixed(int character) implements Choice {
        @Override
        public boolean admits(int character) {
            return character == this.character;
        }
    }

    /** Any Han character. */
    record Ideograph() implements Choice {
        @Override
        public boolean admits(int character) {
            return Layout.isIdeograph(character);
        }
    }

    /** A Han character that can have a tone. */
    record Toned(Tone tone) implements Choice {
        @Override
        public boolean admits(int character) {
            return Layout.isIdeograph(character) && Sounds.CORPUS.canBe(tone, character);
        }
    }

    /** A Han character that can have a tone and is not taken. */
    record Fresh(Tone tone, Set<Integer> taken) implements Choice {
        @Override
        public boolean admits(int character) {
            return Layout.isIdeograph(character) && Sounds.CORPUS.canBe(tone, character) && !taken.contains(character);
        }

        @Override
        public boolean common() {
            return false;
        }
    }

    /** A character of one of these rhymes, other than those used. */
    record Rhyming(long rhymes, Set<Integer> used) implements Choice {
        @Override
        public boolean admits(int character) {
            return (Sounds.CORPUS.rhymes(character) & rhymes) != 0 && !used.contains(character);
        }

        @Override
        public boolean common() {
            return used.isEmpty();
        }
    }

    /** The close of a first clause: any Han character, but a level one only if it has one of these rhymes. */
    record Opening(long rhymes) implements Choice {
        @Override
        public boolean admits(int character) {
            return Layout.isIdeograph(character)
                    && (Sounds.CORPUS.canBe(Tone.OBLIQUE, character)
                            || (Sounds.CORPUS.rhymes(character) & rhymes) != 0);
        }
    }

    /** The character that was written in an earlier slot. */
    record Echo(int earlier) implements Slot {
        @Override
        public Choice given(int[] written) {
            return new Fixed(written[earlier]);
        }
    }

    /** A character that can have a tone and is neither taken nor already written. */
    record Answer(Tone tone, Set<Integer> taken) implements Slot {
        @Override
        public Choice given(int[] written) {
            Set<Integer> all = new HashSet<>(taken);
            Arrays.stream(written).forEach(all::add);
            return new Fresh(tone, all);
        }
    }

    /**
     * A character that rhymes with those in earlier slots and differs from them.
     *
     * @param opening a slot that rhymes only if its character is surely level, -1 if there is none
     */
    record Rhyme(long rhymes, int opening, List<Integer> earlier) implements Slot {
        @Override
        public Choice given(int[] written) {
            long common = rhymes;
            Set<Integer> used = new HashSet<>();
            if (opening >= 0 && !Sounds.CORPUS.canBe(Tone.OBLIQUE, written[opening])) {
                used.add(written[opening]);
                common &= Sounds.CORPUS.rhymes(written[opening]);
            }
            for (int slot : earlier) {
                used.add(written[slot]);
                common &= Sounds.CORPUS.rhymes(written[slot]);
            }
            return new Rhyming(common, used);
        }
    }

    /**
     * A character under the metre: its tone is that of the first sure one among earlier slots, or the opposite.
     *
     * @param turned whether its tone is the opposite of the metre's first
     * @param earlier slots under the metre before it, and whether they are turned
     */
    record Metre(boolean turned, List<Metre.Place> earlier) implements Slot {
        record Place(int slot, boolean turned) {}

        @Override
        public Choice given(int[] written) {
            for (Place place : earlier) {
                Tone tone = Sounds.CORPUS.tone(written[place.slot]);
                if (tone != Tone.EITHER) {
                    return new Toned(place.turned == turned ? tone : tone.opposite());
                }
            }
            return new Ideograph();
        }
    }
}
