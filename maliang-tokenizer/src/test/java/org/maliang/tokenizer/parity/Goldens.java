package org.maliang.tokenizer.parity;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the golden files of tokenizers lie, if they are there. */
public final class Goldens {
    private Goldens() {}

    /** {@code shared/fixtures/tokenizers} beside the repository; may not exist. */
    public static Path directory() {
        Path above = Path.of("").toAbsolutePath();
        while (above.getParent() != null && !Files.isDirectory(above.resolve("shared/fixtures/tokenizers"))) {
            above = above.getParent();
        }
        return above.resolve("shared/fixtures/tokenizers");
    }
}
