package org.maliang.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.DType;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.TensorException;

/**
 * A matrix in a file: floats in the layout of its family, or integers {@code [out, in]} with scales beside them, as
 * {@link Quantized} has them, under the same name with {@value #SCALE} behind it.
 *
 * @param name in the file
 */
public record StoredMatrix(Weights weights, String name) {

    /** What the name of the scales has behind that of the integers. */
    public static final String SCALE = "_scale";

    /** Whether a tensor of a file is the integers of a quantised matrix. */
    public static boolean isQuantized(Weights weights, String name) {
        DType type = weights.info(name).dtype();
        return type == DType.I8 || type == DType.U8;
    }

    /** Whether a tensor of a file holds the scales of another. */
    static boolean isScale(Weights weights, String name) {
        return name.endsWith(SCALE)
                && weights.names().contains(name.substring(0, name.length() - SCALE.length()))
                && isQuantized(weights, name.substring(0, name.length() - SCALE.length()));
    }

    /** The integers and scales, mapped; none for floats. {@link ModelException} where they do not fit {@code shape}. */
    Optional<Quantized> integers(MatMul.Layout layout, long... shape) {
        if (shape.length != 2 || !isQuantized(weights, name)) {
            return Optional.empty();
        }
        String scale = name + SCALE;
        if (!weights.names().contains(scale)) {
            throw new ModelException("\"" + name + "\" holds integers and the file lacks \"" + scale
                    + "\": it is incomplete, or quantized in another way; quantize the model again");
        }
        Quantized found;
        try {
            found = new Quantized(weights.tensor(name), weights.tensor(scale));
        } catch (TensorException e) {
            throw new ModelException("\"" + name + "\": " + e.getMessage(), e);
        }
        if (!found.scales().isFinite().all()) {
            throw new ModelException("\"" + scale
                    + "\" holds numbers that are not finite: the file is damaged, quantize the model again");
        }
        List<Long> outIn = layout == MatMul.Layout.OUT_IN ? List.of(shape[0], shape[1]) : List.of(shape[1], shape[0]);
        if (found.out() != outIn.get(0) || found.in() != outIn.get(1)) {
            throw new ModelException("\"" + name + "\" is a quantized matrix of " + found.out() + " rows and "
                    + found.in() + " columns, config.json asks for " + outIn + ": the two do not belong together");
        }
        return Optional.of(found);
    }

    /** The same as floats in the layout of the family; checks the shape of floats, too. */
    Tensor floats(MatMul.Layout layout, long... shape) {
        Optional<Quantized> integers = integers(layout, shape);
        if (integers.isPresent()) {
            return layout.outIn(integers.get().dequantized()).contiguous(); // turned twice, a matrix is as it was
        }
        long[] found = weights.info(name).sizes();
        if (!Arrays.equals(found, shape)) {
            throw new ModelException("\"" + name + "\" has shape " + Arrays.toString(found) + ", config.json asks for "
                    + Arrays.toString(shape) + ": the two do not belong together");
        }
        DType stored = weights.info(name).dtype();
        if (!stored.floating()) {
            throw new ModelException("\"" + name + "\" holds " + stored
                    + " numbers, not floating ones: convert the weights, or fetch the unquantized ones");
        }
        return weights.tensor(name);
    }
}
