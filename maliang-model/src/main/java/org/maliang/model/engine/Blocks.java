package org.maliang.model.engine;

import java.util.BitSet;
import java.util.OptionalInt;

/** Which of a row of blocks are taken. Runs are found from the front and single blocks from the back, to keep runs possible. */
final class Blocks {

    private final BitSet taken = new BitSet();
    private final int count;

    Blocks(int count) {
        this.count = count;
    }

    int count() {
        return count;
    }

    int free() {
        return count - taken.cardinality();
    }

    /** The first of {@code length} neighbouring blocks that were free and are taken now, if there are so many. */
    OptionalInt takeRun(int length) {
        int start = taken.nextClearBit(0);
        while (start + length <= count) {
            int next = taken.nextSetBit(start);
            if (next < 0 || next - start >= length) {
                taken.set(start, start + length);
                return OptionalInt.of(start);
            }
            start = taken.nextClearBit(next);
        }
        return OptionalInt.empty();
    }

    /** A block that was free and is taken now, if there is one. */
    OptionalInt takeOne() {
        int last = taken.previousClearBit(count - 1);
        if (last < 0) {
            return OptionalInt.empty();
        }
        taken.set(last);
        return OptionalInt.of(last);
    }

    void release(int start, int length) {
        taken.clear(start, start + length);
    }
}
