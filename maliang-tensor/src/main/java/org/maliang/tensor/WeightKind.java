package org.maliang.tensor;

import java.util.Locale;

/** In what form a matrix of weights is multiplied by. Activations come and go in F32 whatever the kind is. */
public enum WeightKind {
    /** 32-bit floats: exact, and the only kind that gradients pass. */
    F32,
    /** bfloat16 weights and activations. */
    BF16,
    /** IEEE half-precision weights; activations stay in F32. */
    F16,
    /** 8-bit integers with one scale a row; a processor with a kernel for it rounds activations to 8 bits too. */
    INT8,
    /**
     * 4-bit integers with a scale and an offset for each group of columns; activations are rounded to bfloat16, or to 8 bits
     * in groups of 32.
     */
    INT4;

    /** Columns of a group of {@link #INT4} unless something else is asked for. */
    public static final int GROUP = 32;

    /** Whether weights are integers with scales. */
    public boolean quantized() {
        return this == INT8 || this == INT4;
    }

    /** What a table of words or a head has where other matrices are of this kind: 8 bits at least. */
    public WeightKind ofTables() {
        return this == INT4 ? INT8 : this;
    }

    /** As users write it: {@code int8}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
