package org.maliang.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Placement;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options {@code --model} and {@code --device} of every command that uses a model. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = ModelArgument.LABEL,
            description = "The model: " + ModelArgument.FORMS + "; models/poet by default.")
    private @Nullable String model;

    @Mixin
    private DeviceOption device = new DeviceOption();

    /** Where to load it to: in 32-bit floats. */
    Placement placement() {
        return Placement.on(device.device());
    }

    /** Where the model is; fetches it if it has to be fetched. */
    Path path() {
        return model == null ? Home.defaultModel() : ModelArgument.path(model);
    }
}
