package org.maliang.checkpoint.gguf;

import java.util.List;
import org.maliang.checkpoint.TensorInfo;

/**
 * Where one tensor lies in a GGUF file.
 *
 * @param shape outermost dimension first, as PyTorch has it; the file has it the other way round
 * @param offset first byte, counted from the start of the file
 */
record GgufTensor(String name, GgufType type, List<Long> shape, long offset) {

    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    long bytes() {
        return type.bytes(elements());
    }

    /** What the tensor is once it is read. */
    TensorInfo info() {
        return new TensorInfo(
                name, type.dtype(), shape, offset, elements() * type.dtype().bytes());
    }
}
