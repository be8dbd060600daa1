package org.maliang.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Placement;
import org.maliang.tensor.WeightKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options {@code --model}, {@code --device} and {@code --dtype} of every command that uses a model. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = ModelArgument.LABEL,
            description = "The model: " + ModelArgument.FORMS + "; models/poet by default.")
    private @Nullable String model;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description =
                    "The weights' matrices in memory: ${COMPLETION-CANDIDATES}; by default f32 for what is stored so,"
                            + " f16 for f16 and bf16, integers for a quantized model.")
    private @Nullable WeightKind dtype;

    @Mixin
    private DeviceOption device = new DeviceOption();

    /** Where to load it to, and in what form. */
    Placement placement() {
        return Placement.on(device.device()).withMatrices(Optional.ofNullable(dtype));
    }

    /** What {@code --dtype} says. */
    Optional<WeightKind> dtype() {
        return Optional.ofNullable(dtype);
    }

    /** Whether a model was named. */
    boolean named() {
        return model != null;
    }

    /** Where the model is; fetches it if it has to be fetched. */
    Path path() {
        return model == null ? Home.defaultModel() : ModelArgument.path(model);
    }
}
