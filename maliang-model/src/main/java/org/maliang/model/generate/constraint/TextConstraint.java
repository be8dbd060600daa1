package org.maliang.model.generate.constraint;

import java.util.BitSet;
import org.maliang.model.generate.Constraint;

/** A grammar over a vocabulary. */
final class TextConstraint implements Constraint {
    private final Automaton automaton;
    private final WritableTokens tokens;
    private final BitSet first; // the ids that may come first

    /**
     * Binds an automaton to a vocabulary.
     *
     * @throws IllegalArgumentException if no token begins such a text
     */
    TextConstraint(Automaton automaton, WritableTokens tokens) {
        this.automaton = automaton;
        this.tokens = tokens;
        this.first = ending(automaton.start(), tokens.first().allowed(automaton, automaton.start()));
        if (first.isEmpty()) {
            throw new IllegalArgumentException(
                    "constraint: no token of the model's vocabulary begins such a text; let it begin in another way");
        }
    }

    private BitSet allowed(Automaton.Place place) {
        return ending(place, tokens.later().allowed(automaton, place));
    }

    private BitSet ending(Automaton.Place place, BitSet ids) {
        tokens.texts().end().ifPresent(end -> ids.set(end, place.accepting()));
        return ids;
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
            if (tokens.texts().end().isPresent() && tokens.texts().end().getAsInt() == token) {
                return Ended.STATE;
            }
            byte[] bytes = (begins ? tokens.texts().first() : tokens.texts().later()).get(token);
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
