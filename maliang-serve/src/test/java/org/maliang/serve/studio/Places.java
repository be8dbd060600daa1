package org.maliang.serve.studio;

import java.nio.file.Path;

/** Where things are that tests need. */
final class Places {
    private Places() {}

    /** The bundled model. */
    static Path poet() {
        return Path.of("..", "models", "poet");
    }
}
