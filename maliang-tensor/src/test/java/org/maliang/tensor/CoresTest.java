package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoresTest {

    @Test
    void siblingsAreOneCore(@TempDir Path cpus) throws IOException {
        for (int cpu = 0; cpu < 12; cpu++) {
            Path topology = Files.createDirectories(cpus.resolve("cpu" + cpu + "/topology"));
            Files.writeString(topology.resolve("thread_siblings_list"), cpu % 6 + "," + (cpu % 6 + 6) + "\n");
        }
        Files.createDirectories(cpus.resolve("cpu12")); // switched off
        Files.createDirectories(cpus.resolve("cpufreq"));
        assertThat(Cores.counted(cpus)).isEqualTo(6);
    }

    @Test
    void whereNothingIsToldThereIsNothingToCount(@TempDir Path cpus) {
        assertThat(Cores.counted(cpus)).isZero();
        assertThat(Cores.counted(cpus.resolve("missing"))).isZero();
    }
}
