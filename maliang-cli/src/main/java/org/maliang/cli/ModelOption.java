package org.maliang.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Placement;
import org.maliang.tensor.DType;
import org.maliang.tensor.WeightKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options {@code --model}, {@code --device}, {@code --dtype} and {@code --kv} of every command that uses a model. */
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

    @Option(
            names = "--kv",
            paramLabel = "TYPE",
            description = "What keys and values of texts are kept in: f32, or bf16 for half the memory (default:"
                    + " ${DEFAULT-VALUE}).")
    private String cache = "f32";

    @Mixin
    private DeviceOption device = new DeviceOption();

    /** Where to load it to, and in what form. */
    Placement placement() {
        return Placement.on(device.device())
                .withMatrices(Optional.ofNullable(dtype))
                .withCache(cacheType());
    }

    private DType cacheType() {
        return switch (cache.toLowerCase(Locale.ROOT)) {
            case "f32" -> DType.F32;
            case "bf16" -> DType.BF16;
            default -> throw new IllegalArgumentException("--kv " + cache + " is not known: choose f32 or bf16");
        };
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
