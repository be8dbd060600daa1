package org.maliang.model.generate;

import java.util.BitSet;

/** The only state of {@link Constraint#NONE}; writers recognise it and skip the mask. */
enum Unconstrained implements Constraint.State {
    STATE;

    @Override
    public BitSet allowed() {
        BitSet all = new BitSet();
        all.set(0, Integer.MAX_VALUE);
        return all;
    }

    @Override
    public Constraint.State next(int token) {
        return this;
    }

    @Override
    public boolean finished() {
        return false;
    }
}
