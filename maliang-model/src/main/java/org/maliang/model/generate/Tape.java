package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random numbers that may be looked at before they are drawn: a guess at the next tokens that draws with the numbers which
 * the text itself will draw with is right more often.
 */
final class Tape implements RandomGenerator {

    private final RandomGenerator source;
    private final List<Long> ahead = new ArrayList<>(); // seen and not yet drawn

    Tape(RandomGenerator source) {
        this.source = source;
    }

    @Override
    public long nextLong() {
        return ahead.isEmpty() ? source.nextLong() : ahead.remove(0);
    }

    /** The numbers that come next, without drawing them. */
    RandomGenerator ahead() {
        int[] at = {0};
        return () -> {
            if (at[0] == ahead.size()) {
                ahead.add(source.nextLong());
            }
            return ahead.get(at[0]++);
        };
    }
}
