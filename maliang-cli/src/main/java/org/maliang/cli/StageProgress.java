package org.maliang.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Says what long work is doing and how far it is: on a terminal in one line that is written over and over, elsewhere in
 * one line for each stage.
 */
final class StageProgress implements AutoCloseable {
    private static final long EVERY_NANOS = 200_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private String stage = "";
    private long last;

    StageProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** On stderr. */
    static StageProgress onTerminal() {
        return new StageProgress(System.err, Terminal.stderr());
    }

    /** {@code done} units of the stage are finished, out of {@code total}, which is 0 while unknown. */
    void at(String newStage, long done, long total) {
        boolean changed = !newStage.equals(stage);
        stage = newStage;
        if (!terminal) {
            if (changed) {
                out.println(newStage + " …");
            }
            return;
        }
        long now = System.nanoTime();
        if (changed || now - last >= EVERY_NANOS) {
            last = now;
            String of = total > 0 ? String.format(Locale.ROOT, " of %,d (%d%%)", total, 100 * done / total) : "";
            out.print(Terminal.ERASED_LINE + newStage + ": " + String.format(Locale.ROOT, "%,d", done) + of);
        }
    }

    @Override
    public void close() {
        if (terminal && !stage.isEmpty()) {
            out.print(Terminal.ERASED_LINE);
        }
    }
}
