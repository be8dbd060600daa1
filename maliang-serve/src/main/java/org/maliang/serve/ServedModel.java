package org.maliang.serve;

import java.nio.file.Path;
import org.maliang.model.LanguageModel;

/**
 * The model that is served.
 *
 * @param name what clients call it
 * @param path where it was loaded from
 */
public record ServedModel(String name, Path path, LanguageModel model) implements AutoCloseable {

    /** Loads the model at {@code path}, which is named after its directory or file. */
    public static ServedModel load(Path path) {
        return new ServedModel(
                path.toAbsolutePath().normalize().getFileName().toString(), path, LanguageModel.load(path));
    }

    @Override
    public void close() {
        model.close();
    }
}
