package org.maliang.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Folders that are not part of a module. */
final class Fixtures {
    private Fixtures() {}

    /** One of the golden files beside the checkout; the test is skipped where it is not there. */
    static Path folder(String name) {
        Path nowhere = Path.of("nowhere");
        Path found = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(place -> place.resolve("shared/fixtures").resolve(name))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(nowhere);
        assumeThat(found).as(name + " is not on this machine").isNotEqualTo(nowhere);
        return found;
    }
}
