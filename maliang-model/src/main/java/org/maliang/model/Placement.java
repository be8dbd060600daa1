package org.maliang.model;

import java.util.Optional;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.WeightKind;

/**
 * Where a model's weights live, and in what form.
 *
 * @param dtype what activations are computed in, and weights that are not packed
 * @param mapped whether weights that are stored in {@code dtype} already are left in their file: loading then reads and
 *     allocates nothing, pages come in when they are touched and become the model's own when it writes to them; the file
 *     must not be truncated meanwhile. What is read or written often, as in training, is better copied.
 * @param cache what keys and values of the texts on their way are kept in: {@code dtype}, or BF16, which takes less memory and
 *     makes results less exact
 * @param matrices in what form matrices are multiplied by; empty for what suits their files: those in half precision stay
 *     in it, quantised ones stay integers. Gradients pass {@link WeightKind#F32} alone.
 */
public record Placement(Device device, DType dtype, DType cache, boolean mapped, Optional<WeightKind> matrices) {

    public Placement {
        if (cache != DType.F32 && cache != DType.BF16) {
            throw new IllegalArgumentException("keys and values cannot be kept in " + cache + ": choose F32 or BF16");
        }
    }

    /** 32-bit floats on the CPU, mapped. */
    public static final Placement CPU = on(Device.CPU);

    /** 32-bit floats on {@code device}, mapped where that is the CPU. */
    public static Placement on(Device device) {
        return new Placement(device, DType.F32, DType.F32, true, Optional.of(WeightKind.F32));
    }

    /** The same with a copy of every weight, its numbers in their own order, which leaves the files alone. */
    public Placement copied() {
        return new Placement(device, dtype, cache, false, matrices);
    }

    /** The same with matrices of a kind, for inference alone; empty for what suits the files. */
    public Placement withMatrices(Optional<WeightKind> kind) {
        return new Placement(device, dtype, cache, mapped, kind);
    }

    /** The same with keys and values of texts kept in {@code type}. */
    public Placement withCache(DType type) {
        return new Placement(device, dtype, type, mapped, matrices);
    }

    /** For inference: matrices in the form that suits their files. */
    public Placement forInference() {
        return withMatrices(Optional.empty());
    }

    /** In what form a matrix that is stored as {@code stored} is multiplied by. */
    WeightKind kind(DType stored) {
        return matrices.orElseGet(() -> switch (stored) {
            case I8 -> WeightKind.INT8;
            case U8 -> WeightKind.INT4;
            case F16, BF16 -> device.kind() == Device.Kind.CPU ? WeightKind.F16 : WeightKind.F32;
            default -> WeightKind.F32;
        });
    }
}
