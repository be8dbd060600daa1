package org.maliang.model.parity;

/**
 * How far a number may be from the golden one: the larger of an absolute and a relative bound. These are the project's
 * promises; a case that misses one is a bug to find, not a bound to widen.
 */
record Tolerance(double absolute, double relative) {

    /** Ids. */
    static final Tolerance EXACT = new Tolerance(0, 0);
    /** Logits, hidden states, scores of beams. */
    static final Tolerance OUTPUT = new Tolerance(1e-4, 0);
    /** The loss of one batch. */
    static final Tolerance LOSS = new Tolerance(0, 1e-5);
    /** Gradients and their norms; those that are zero in theory are noise of 1e-8 in practice. */
    static final Tolerance GRADIENT = new Tolerance(1e-5, 1e-3);

    /**
     * Elements of one gradient, of which those near zero have the rounding errors of the large ones: of a gradient with
     * elements up to 5.5, the golden numbers themselves are 1.4e-5 from a run in F64.
     */
    static Tolerance elements(double largest) {
        return new Tolerance(GRADIENT.absolute * Math.max(1, largest), GRADIENT.relative);
    }

    /** Losses along a run: ten times what F32 is worth there. */
    static Tolerance run(double uncertainty) {
        return new Tolerance(10 * uncertainty, 0);
    }

    double allowed(double expected) {
        return Math.max(absolute, relative * Math.abs(expected));
    }
}
