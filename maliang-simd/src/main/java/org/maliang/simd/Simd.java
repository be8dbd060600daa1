package org.maliang.simd;

import java.util.Locale;

/** Whether Java's vectors are there. */
public final class Simd {

    private static final boolean SERVED = fast();

    private Simd() {}

    /**
     * Whether this JVM runs the products of this package fast: it was started with {@code --add-modules jdk.incubator.vector}, has
     * its optimising compiler, and the processor has vectors of 256 bits at least.
     */
    public static boolean served() {
        return SERVED;
    }

    private static boolean fast() {
        String mode = System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT);
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && mode.contains("mixed mode")
                && !mode.contains("emulated-client")
                && Int4Kernel.LANES >= 8; // last: nothing of the Vector API is loaded where it is missing
    }
}
