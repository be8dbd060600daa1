package org.maliang.checkpoint;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Folders that are not part of a module. */
public final class Fixtures {
    private Fixtures() {}

    /** One of the golden files beside the checkout; the test is skipped where it is not there. */
    public static Path folder(String name) {
        return above("shared/fixtures/" + name);
    }

    /** A folder in a folder above; the test is skipped where it is not there. */
    public static Path above(String name) {
        Path nowhere = Path.of("nowhere");
        Path found = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(place -> place.resolve(name))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(nowhere);
        assumeThat(found).as(name + " is not on this machine").isNotEqualTo(nowhere);
        return found;
    }
}
