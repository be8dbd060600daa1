package org.maliang.model;

import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Tensor;

/** Draws parameters at random, on the CPU: the same seed gives the same model on every device. */
record FreshParameters(Generator random, Device device, DType cacheType) implements Parameters.Source {

    @Override
    public Tensor tensor(String name, Initial initial, long... shape) {
        Tensor fresh = initial.constant()
                ? Tensor.full(initial.mean(), DType.F32, shape)
                : random.normal(shape, initial.mean(), initial.deviation());
        initial.zeroRow().ifPresent(row -> fresh.narrow(0, row, 1).zeroInPlace());
        return fresh.to(device);
    }
}
