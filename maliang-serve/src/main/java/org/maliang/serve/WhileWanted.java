package org.maliang.serve;

import java.util.BitSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.maliang.model.generate.Constraint;

/**
 * Gives a text up at its next token once nobody wants it, and is otherwise the constraint that it holds. Every way to write
 * asks its constraint at every token, also where nothing is told before the end.
 */
final class WhileWanted implements Constraint {

    private final Constraint shape;
    private final CompletableFuture<?> gone;
    private final BitSet all;

    /**
     * Wraps a constraint.
     *
     * @param gone complete when nobody wants the text
     * @param vocabulary how many tokens there are
     */
    WhileWanted(Constraint shape, CompletableFuture<?> gone, int vocabulary) {
        this.shape = shape;
        this.gone = gone;
        this.all = new BitSet(vocabulary);
        all.set(0, vocabulary);
    }

    @Override
    public State start() {
        return shape == Constraint.NONE ? new Free() : new Shaped(shape.start());
    }

    private BitSet ifWanted(BitSet allowed) {
        if (gone.isDone()) {
            throw new CancellationException("nobody wants the text any more");
        }
        return allowed;
    }

    private final class Free implements State {

        @Override
        public BitSet allowed() {
            return ifWanted(all);
        }

        @Override
        public State next(int token) {
            return this;
        }

        @Override
        public boolean finished() {
            return false;
        }
    }

    private final class Shaped implements State {

        private final State state;

        Shaped(State state) {
            this.state = state;
        }

        @Override
        public BitSet allowed() {
            return ifWanted(state.allowed());
        }

        @Override
        public State next(int token) {
            return new Shaped(state.next(token));
        }

        @Override
        public boolean finished() {
            return state.finished();
        }
    }
}
