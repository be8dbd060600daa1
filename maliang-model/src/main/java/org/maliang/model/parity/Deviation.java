package org.maliang.model.parity;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Tensor;

/** Finds, among pairs of numbers, the pair that comes closest to its tolerance or misses it by most. */
final class Deviation {

    private final Tolerance tolerance;
    private double worst = -1; // difference / allowed
    private double difference;
    private double allowed;
    private int index;

    Deviation(Tolerance tolerance) {
        this.tolerance = tolerance;
    }

    /** Compares lists of equal length. */
    ParityReport.Case compare(String name, List<Double> expected, List<Double> actual, IntFunction<String> place) {
        for (int i = 0; i < expected.size(); i++) {
            add(i, expected.get(i), actual.get(i));
        }
        return named(name, place);
    }

    /** Compares the elements that count; another shape, or no tensor at all, is a failure. */
    ParityReport.Case compare(String name, GoldenTensor expected, @Nullable Tensor actual, IntPredicate counts) {
        if (actual == null) {
            return ParityReport.Case.failed(name, "the model gives no such output");
        }
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            return ParityReport.Case.failed(
                    name,
                    "shape " + Arrays.toString(actual.shape()) + " instead of " + Arrays.toString(expected.shape()));
        }
        double[] values = actual.toDoubles();
        for (int i = 0; i < values.length; i++) {
            if (counts.test(i)) {
                add(i, expected.values()[i], values[i]);
            }
        }
        return named(name, expected::place);
    }

    private void add(int at, double expected, double actual) {
        double apart = Math.abs(actual - expected);
        double limit = tolerance.allowed(expected);
        double ratio = apart == 0 ? 0 : apart / limit;
        if (Double.isNaN(ratio)) {
            ratio = Double.POSITIVE_INFINITY;
        }
        if (ratio > worst) {
            worst = ratio;
            difference = apart;
            allowed = limit;
            index = at;
        }
    }

    /** The finding as a case; without any pair it has failed. */
    private ParityReport.Case named(String name, IntFunction<String> place) {
        return worst < 0
                ? ParityReport.Case.failed(name, "there is nothing to compare")
                : new ParityReport.Case(name, difference, allowed, place.apply(index));
    }
}
