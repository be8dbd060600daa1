package org.maliang.model.generate.constraint;

import java.util.BitSet;
import org.maliang.model.generate.Constraint;

/** A grammar over a vocabulary. */
final class TextConstraint implements Constraint {
    private final Automaton automaton;
    private final Spelling spelling;
    private final BitSet first; // the ids that may come first

    /**
     * Binds an automaton to a vocabulary.
     *
     * @throws IllegalArgumentException if no token begins such a text
     */
    TextConstraint(Automaton automaton, Spelling spelling) {
        this.automaton = automaton;
        this.spelling = spelling;
        this.first = ending(automaton.start(), spelling.first().allowed(automaton, automaton.start()));
        if (first.isEmpty()) {
            throw new IllegalArgumentException(
                    "constraint: no token of the model's vocabulary begins such a text; let it begin in another way");
        }
    }

    private BitSet allowed(Automaton.Place place) {
        return ending(place, spelling.later().allowed(automaton, place));
    }

    private BitSet ending(Automaton.Place place, BitSet tokens) {
        spelling.texts().end().ifPresent(end -> tokens.set(end, place.accepting()));
        return tokens;
    }

    @Override
    public State start() {
        return new Writing(automaton.start(), true);
    }

    private final class Writing implements State {
        private final Automaton.Place place;
        private final boolean begins;

        Writing(Automaton.Place place, boolean begins) {
            this.place = place;
            this.begins = begins;
        }

        @Override
        public BitSet allowed() {
            return begins ? first : automaton.allowed(place, TextConstraint.this::allowed);
        }

        @Override
        public State next(int token) {
            if (!allowed().get(token)) {
                throw new IllegalArgumentException(
                        "constraint: token " + token + " is not allowed here; choose one that is");
            }
            if (spelling.texts().end().isPresent() && spelling.texts().end().getAsInt() == token) {
                return Ended.STATE;
            }
            byte[] bytes = (begins ? spelling.texts().first() : spelling.texts().later()).get(token);
            return new Writing(automaton.step(place, bytes), false);
        }

        @Override
        public boolean finished() {
            return place.closed();
        }
    }

    /** After the token that ends a text. */
    private enum Ended implements State {
        STATE;

        @Override
        public BitSet allowed() {
            return new BitSet();
        }

        @Override
        public State next(int token) {
            throw new IllegalArgumentException("constraint: the text has ended, token " + token + " cannot follow");
        }

        @Override
        public boolean finished() {
            return true;
        }
    }
}
