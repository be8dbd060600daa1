package org.maliang.serve.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What lies in a directory. */
final class Folders {
    private Folders() {}

    /** What lies in it, by name; nothing if there is no such directory. */
    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var places = Files.list(directory)) {
            return places.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be listed", e);
        }
    }
}
