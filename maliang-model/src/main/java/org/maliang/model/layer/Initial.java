package org.maliang.model.layer;

/**
 * The distribution a fresh parameter is drawn from.
 *
 * @param mean the centre, also the value of every element when {@code deviation} is 0
 * @param deviation the standard deviation of the normal distribution
 */
public record Initial(double mean, double deviation) {

    public static final Initial ZEROS = new Initial(0, 0);
    public static final Initial ONES = new Initial(1, 0);

    public static Initial normal(double deviation) {
        return new Initial(0, deviation);
    }

    public boolean constant() {
        return deviation == 0;
    }
}
