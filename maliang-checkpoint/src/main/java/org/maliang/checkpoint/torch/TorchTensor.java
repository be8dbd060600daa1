package org.maliang.checkpoint.torch;

import java.util.List;
import org.maliang.tensor.DType;

/**
 * A tensor as a pickle describes it: a regular window on a storage, whose numbers are not read yet. Tensors that are views
 * of each other, or tied, name the same storage.
 *
 * @param storage key of the storage in the file
 * @param offset of the first element from the start of the storage, in elements
 * @param shape sizes of the dimensions, outermost first
 * @param strides distance of neighbours along each dimension, in elements
 */
public record TorchTensor(String storage, DType dtype, long offset, List<Long> shape, List<Long> strides) {
    public TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** Number of elements. */
    public long elements() {
        if (shape.contains(0L)) {
            return 0;
        }
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Elements from the first to the last of the window. */
    long span() {
        if (elements() == 0) {
            return 0;
        }
        long last = 0;
        for (int i = 0; i < shape.size(); i++) {
            last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, (long) strides.get(i)));
        }
        return Math.addExact(last, 1);
    }

    /** Whether the elements lie one behind the other in row-major order. */
    public boolean isContiguous() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }

    /** Elements {@code [start, start + length)} of a contiguous tensor, in the order of memory. */
    public TorchTensor run(long start, long length) {
        if (start < 0 || length < 0 || start > elements() - length || !isContiguous()) {
            throw new IllegalArgumentException("there is no run of " + length + " elements from " + start + " on in a"
                    + " tensor of shape " + shape + " and strides " + strides);
        }
        return new TorchTensor(storage, dtype, Math.addExact(offset, start), List.of(length), List.of(1L));
    }
}
