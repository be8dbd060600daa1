package org.maliang.model.layer;

import java.util.OptionalInt;

/**
 * The distribution a fresh parameter is drawn from.
 *
 * @param mean the centre, also the value of every element when {@code deviation} is 0
 * @param deviation the standard deviation of the normal distribution
 * @param zeroRow the row that is zero whatever the others are
 */
public record Initial(double mean, double deviation, OptionalInt zeroRow) {

    public static final Initial ZEROS = new Initial(0, 0);
    public static final Initial ONES = new Initial(1, 0);

    public Initial(double mean, double deviation) {
        this(mean, deviation, OptionalInt.empty());
    }

    public static Initial normal(double deviation) {
        return new Initial(0, deviation);
    }

    /** The same but for one row of zeros. */
    public Initial zeroRow(int row) {
        return new Initial(mean, deviation, OptionalInt.of(row));
    }

    public boolean constant() {
        return deviation == 0;
    }
}
