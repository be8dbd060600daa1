package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.maliang.tensor.Tensor;

/**
 * Numbers that the reference implementation took or gave.
 *
 * @param whole whether they are ids, masks or positions, which are compared exactly
 * @param values in row-major order
 */
record GoldenTensor(boolean whole, long[] shape, double[] values) {

    static GoldenTensor of(GoldenNode node) {
        long[] shape = node.at("shape").list(size -> (long) size.number()).stream()
                .mapToLong(Long::longValue)
                .toArray();
        JsonNode data = node.at("data").json();
        double[] values = new double[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i).isBoolean() ? (data.get(i).booleanValue() ? 1 : 0) : number(node, data.get(i));
        }
        if (Arrays.stream(shape).reduce(1, (a, b) -> a * b) != values.length) {
            throw node.wrong("has " + values.length + " numbers for shape " + Arrays.toString(shape));
        }
        return new GoldenTensor(!node.at("dtype").text().startsWith("f"), shape, values);
    }

    private static double number(GoldenNode node, JsonNode value) {
        if (!value.isNumber()) {
            throw node.wrong("holds " + value + ", which is not a number");
        }
        return value.doubleValue();
    }

    /** The same numbers for a model: I64 where they are whole, F32 otherwise. */
    Tensor tensor() {
        if (whole) {
            return Tensor.of(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, shape);
    }

    /** The place of element {@code index}, such as {@code [1, 13, 5]}. */
    String place(int index) {
        long[] place = new long[shape.length];
        long rest = index;
        for (int i = shape.length - 1; i >= 0; i--) {
            place[i] = rest % shape[i];
            rest /= shape[i];
        }
        return Arrays.toString(place);
    }

    /** The largest magnitude. */
    double largest() {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
