package org.maliang.model.generate.constraint;

import org.jspecify.annotations.Nullable;

/** Where to go on when rules are complete, the innermost first. Immutable; equal if the places are. */
final class Stack {
    static final Stack EMPTY = new Stack(-1, null);

    private final int node;
    private final @Nullable Stack below;
    private final int hash;

    private Stack(int node, @Nullable Stack below) {
        this.node = node;
        this.below = below;
        this.hash = 31 * (below == null ? 0 : below.hash) + node;
    }

    /** This stack with one more place to go on. */
    Stack push(int place) {
        return new Stack(place, this);
    }

    boolean isEmpty() {
        return below == null;
    }

    /** The node to go on at when the innermost rule is complete. */
    int node() {
        return node;
    }

    /** What is left without the innermost rule; itself if there is none. */
    Stack below() {
        return below == null ? this : below;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Stack that) || hash != that.hash) {
            return false;
        }
        Stack mine = this;
        while (mine != that && mine.node == that.node && mine.below != null && that.below != null) {
            mine = mine.below;
            that = that.below;
        }
        return mine == that;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
