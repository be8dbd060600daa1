package org.maliang.model;

import org.maliang.tensor.DType;
import org.maliang.tensor.Device;

/**
 * Where a model's weights live.
 *
 * @param mapped whether weights that are stored in {@code dtype} already are left in their file: loading then reads and
 *     allocates nothing, pages come in when they are touched and become the model's own when it writes to them; the file
 *     must not be truncated meanwhile. What is read or written often, as in training, is better copied.
 */
public record Placement(Device device, DType dtype, boolean mapped) {

    /** 32-bit floats on the CPU, mapped. */
    public static final Placement CPU = on(Device.CPU);

    /** 32-bit floats on {@code device}, mapped where that is the CPU. */
    public static Placement on(Device device) {
        return new Placement(device, DType.F32, true);
    }

    /** The same with a copy of every weight, its numbers in their own order, which leaves the files alone. */
    public Placement copied() {
        return new Placement(device, dtype, false);
    }
}
