package org.maliang.model.tensorflow;

import java.util.List;
import org.maliang.tensor.Tensor;

/** How a tensor lies in programs of TensorFlow, and what has to be done to it for Hugging Face's. */
enum Form {
    /** {@code [size]}. */
    VECTOR(1),
    /** {@code [rows, size]}, the same in both. */
    TABLE(2),
    /** {@code [in, out]}, where {@code [out, in]} is wanted. */
    TURNED(2);

    private final int dimensions;

    Form(int dimensions) {
        this.dimensions = dimensions;
    }

    /** Whether a tensor of that shape can be one, but for dimensions of size 1, which convolutions leave. */
    boolean fits(List<Long> stored) {
        return plain(stored).size() == dimensions;
    }

    /** The shape of the tensor that {@link #change} makes of one of shape {@code stored}. */
    List<Long> shape(List<Long> stored) {
        List<Long> plain = plain(stored);
        return this == TURNED ? List.of(plain.get(1), plain.get(0)) : plain;
    }

    /** The tensor as Hugging Face's programs have it. */
    Tensor change(Tensor tensor, List<Long> stored) {
        List<Long> plain = plain(stored);
        Tensor flat = plain.size() == stored.size()
                ? tensor
                : tensor.reshape(plain.stream().mapToLong(Long::longValue).toArray());
        return this == TURNED ? flat.transpose(0, 1).contiguous() : flat;
    }

    private List<Long> plain(List<Long> stored) {
        return stored.size() <= dimensions
                ? stored
                : stored.stream().filter(size -> size != 1).toList();
    }
}
