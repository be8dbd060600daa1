package org.maliang.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * A tensor that is made when its numbers are needed.
 *
 * @param shape sizes of the dimensions, outermost first
 * @param numbers makes the tensor, which then belongs to the current scope
 */
public record LazyTensor(DType dtype, List<Long> shape, Supplier<Tensor> numbers) {
    public LazyTensor {
        shape = List.copyOf(shape);
    }

    /** A tensor of a checkpoint, which must stay open. */
    public static LazyTensor of(Weights weights, String name) {
        var info = weights.info(name);
        return new LazyTensor(info.dtype(), info.shape(), () -> weights.tensor(name));
    }

    /** The same numbers in another format; unchanged when they are no floating-point numbers or {@code wanted} is empty. */
    public LazyTensor to(Optional<DType> wanted) {
        if (!dtype.floating() || wanted.isEmpty() || wanted.get() == dtype) {
            return this;
        }
        return new LazyTensor(wanted.get(), shape, () -> numbers.get().to(wanted.get()));
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Length of the numbers. {@link ArithmeticException} if no number is that large. */
    public long bytes() {
        return Math.multiplyExact(elements(), (long) dtype.bytes());
    }
}
