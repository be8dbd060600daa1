package org.maliang.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.maliang.checkpoint.hub.Hub;
import org.maliang.checkpoint.hub.ModelName;

/** A model as the command line names it: a path, or {@code organisation/name} on a hub. */
final class ModelArgument {
    static final String LABEL = "MODEL";
    static final String FORMS = "a model directory, a .gguf file, organisation/name on Hugging Face's hub, or"
            + " modelscope:organisation/name";

    private ModelArgument() {}

    /** What {@code --heads} says. */
    static OptionalInt heads(@Nullable Integer given) {
        if (given != null && given < 1) {
            throw new IllegalArgumentException(
                    "--heads " + given + " is not positive: leave it out, or say how many there are");
        }
        return given == null ? OptionalInt.empty() : OptionalInt.of(given);
    }

    /** The path itself where it exists; else the directory in a hub's cache, fetched first if need be. */
    static Path path(String text) {
        Path path = Path.of(text);
        Optional<ModelName> name = Files.exists(path) ? Optional.empty() : ModelName.of(text);
        if (name.isEmpty()) {
            return path;
        }
        try (StageProgress progress = StageProgress.onTerminal()) {
            return Hub.ofUser().model(name.get(), (file, done, total) -> progress.at("fetching " + file, done, total));
        }
    }
}
