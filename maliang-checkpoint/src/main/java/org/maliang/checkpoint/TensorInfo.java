package org.maliang.checkpoint;

import java.util.List;
import org.maliang.tensor.DType;

/**
 * Where one tensor lies in a weight file.
 *
 * @param shape sizes of the dimensions, outermost first; empty for a scalar
 * @param offset first byte, counted from the start of the file
 * @param bytes length of the data
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long offset, long bytes) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
        return bytes / dtype.bytes();
    }

    /** The shape as an array, as {@code Tensor} wants it. */
    public long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
