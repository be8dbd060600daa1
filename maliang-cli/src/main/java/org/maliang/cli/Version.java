package org.maliang.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version line: that of the jar's manifest, and the Java it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(unpacked)");
        return new String[] {
            "maliang " + version + " (Java " + Runtime.version().feature() + ")"
        };
    }
}
