package org.maliang.model.generate;

/** Refuses options that cannot be. */
final class Require {

    private Require() {}

    static void that(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
