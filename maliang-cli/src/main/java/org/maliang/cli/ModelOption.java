package org.maliang.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --model} of every command that uses one. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = ModelArgument.LABEL,
            description = "The model: " + ModelArgument.FORMS + "; models/poet by default.")
    private @Nullable String model;

    /** Where the model is; fetches it if it has to be fetched. */
    Path path() {
        return model == null ? Home.defaultModel() : ModelArgument.path(model);
    }
}
