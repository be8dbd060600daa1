package org.maliang.cli;

import java.nio.file.Path;

/** Where Maliang lives: the launcher says so in the system property {@code maliang.home}; otherwise the working directory. */
final class Home {
    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("maliang.home", "."));
    }

    /** The model that is used when none is named. */
    static Path defaultModel() {
        return directory().resolve("models").resolve("poet");
    }
}
