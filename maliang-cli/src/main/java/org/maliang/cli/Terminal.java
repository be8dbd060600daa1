package org.maliang.cli;

/** What the launcher found out about standard output and standard error, which Java 17 cannot tell apart. */
final class Terminal {
    /** Goes to the start of the line and clears it. */
    static final String ERASED_LINE = "\r\u001b[K";

    private Terminal() {}

    /** Whether stderr is a terminal: progress may be drawn there. */
    static boolean stderr() {
        return Boolean.getBoolean("maliang.terminal");
    }

    /** Whether stdout is one too: somebody reads along. */
    static boolean both() {
        return stderr() && Boolean.getBoolean("maliang.terminal.stdout");
    }
}
