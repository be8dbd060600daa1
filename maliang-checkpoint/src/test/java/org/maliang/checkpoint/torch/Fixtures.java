package org.maliang.checkpoint.torch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of golden files beside the checkout. */
public final class Fixtures {
    private Fixtures() {}

    /** A folder of it; the test is skipped where it is not there. */
    public static Path folder(String name) {
        Optional<Path> found = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared/fixtures").resolve(name))
                .filter(Files::isDirectory)
                .findFirst();
        assumeTrue(found.isPresent(), "no shared/fixtures");
        return found.orElseThrow();
    }
}
