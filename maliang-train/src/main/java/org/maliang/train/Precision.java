package org.maliang.train;

import java.util.function.Supplier;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;
import org.maliang.train.recipe.TrainSettings;

/** Runs forward passes in the number format of the recipe; parameters, gradients and optimiser state are f32. */
record Precision(TrainSettings.Precision format, Device device) {

    Tensor forward(Supplier<Tensor> body) {
        if (format == TrainSettings.Precision.F32) {
            return body.get();
        }
        try (Autograd.Guard guard = Autograd.autocast(device, DType.BF16)) {
            return body.get();
        }
    }
}
