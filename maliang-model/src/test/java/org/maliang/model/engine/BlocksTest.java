package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BlocksTest {

    private record Run(int start, int length) {}

    @Test
    void runsComeFromTheFrontAndSinglesFromTheBack() {
        Blocks blocks = new Blocks(6);
        assertThat(blocks.takeRun(2)).hasValue(0);
        assertThat(blocks.takeOne()).hasValue(5);
        assertThat(blocks.takeRun(4)).isEmpty();
        assertThat(blocks.takeRun(3)).hasValue(2);
        assertThat(blocks.free()).isZero();
        assertThat(blocks.takeOne()).isEmpty();
        blocks.release(0, 2);
        assertThat(blocks.takeRun(2)).hasValue(0);
    }

    @Property
    void takesTheFirstRunThatIsFree(@ForAll long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(100);
        Blocks blocks = new Blocks(count);
        boolean[] taken = new boolean[count];
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int length = 1 + random.nextInt(10);
            OptionalInt start = blocks.takeRun(length);
            assertThat(start).isEqualTo(firstFree(taken, length));
            start.ifPresent(at -> runs.add(new Run(at, length)));
            start.ifPresent(at -> mark(taken, new Run(at, length), true));
            if (!runs.isEmpty() && random.nextBoolean()) {
                Run run = runs.remove(random.nextInt(runs.size()));
                blocks.release(run.start, run.length);
                mark(taken, run, false);
            }
        }
        runs.forEach(run -> blocks.release(run.start, run.length));
        assertThat(blocks.free()).isEqualTo(count);
    }

    private static void mark(boolean[] taken, Run run, boolean value) {
        Arrays.fill(taken, run.start, run.start + run.length, value);
    }

    private static OptionalInt firstFree(boolean[] taken, int length) {
        for (int start = 0; start + length <= taken.length; start++) {
            int free = 0;
            while (free < length && !taken[start + free]) {
                free++;
            }
            if (free == length) {
                return OptionalInt.of(start);
            }
        }
        return OptionalInt.empty();
    }
}
