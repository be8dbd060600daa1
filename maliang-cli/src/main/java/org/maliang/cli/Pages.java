package org.maliang.cli;

import java.util.List;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;

/**
 * Prints texts one below the other: the first while it is written, the others when they are done. Standard output gets
 * the texts alone; somebody who reads along on a terminal also sees, through standard error, what they go on from.
 */
final class Pages implements TextListener {
    /** What a shell reports of a filter that nobody reads any more. */
    static final int BROKEN_PIPE = 141;

    private static final String BETWEEN = "───";

    private final String before;

    /** The reader of standard output has gone, as {@code head} does when it has enough. */
    static final class NobodyReads extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    Pages(String before) {
        this.before = before;
        begin();
    }

    @Override
    public void piece(int sample, String text) {
        if (sample == 0) {
            print(text);
        }
    }

    /** Ends the first text and prints the others. */
    void finish(List<Sample> samples) {
        end(samples.get(0));
        for (Sample sample : samples.subList(1, samples.size())) {
            print(BETWEEN + "\n");
            begin();
            print(sample.text());
            end(sample);
        }
    }

    private void begin() {
        if (Terminal.both()) {
            System.err.print(before);
            System.err.flush();
        }
    }

    private static void end(Sample sample) {
        if (!sample.text().endsWith("\n")) {
            print("\n");
        }
    }

    /** Prints to standard output; {@link NobodyReads} if nobody does. */
    static void print(String text) {
        System.out.print(text);
        if (System.out.checkError()) {
            throw new NobodyReads();
        }
    }
}
