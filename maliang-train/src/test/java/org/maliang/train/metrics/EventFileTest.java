package org.maliang.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.train.metrics.EventReader.Field;

class EventFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void writesTheVersionScalarsAndTexts() throws IOException {
        var events = EventFile.create(directory, "brush", CLOCK);
        try (events) {
            events.scalar("train/loss", 0, 6.25);
            events.scalar("train/loss", 300, Double.NaN);
            events.text("samples/江南春", 1L << 40, "千里莺啼绿映红");
            events.flush();
        }
        assertThat(events.file().getFileName()).hasToString("events.out.tfevents.1700000000.brush.0");
        var records = EventReader.records(Files.readAllBytes(events.file()));
        assertThat(records).hasSize(4).allSatisfy(record -> assertThat(record).contains(new Field(1, 1_700_000_000.5)));
        assertThat(field(3, records.get(0)).text()).isEqualTo("brain.Event:2");
        assertThat(records.get(1)).contains(new Field(2, 0L));
        assertThat(field(1, value(records.get(1))).text()).isEqualTo("train/loss");
        assertThat(value(records.get(1))).contains(new Field(2, 6.25f));
        assertThat(records.get(2)).contains(new Field(2, 300L));
        assertThat(value(records.get(2))).contains(new Field(2, Float.NaN));
        assertThat(records.get(3)).contains(new Field(2, 1L << 40));
        assertThat(field(1, value(records.get(3))).text()).isEqualTo("samples/江南春");
        var tensor = field(8, value(records.get(3))).fields();
        assertThat(tensor).contains(new Field(1, 7L));
        assertThat(field(8, tensor).text()).isEqualTo("千里莺啼绿映红");
        var plugin = field(1, field(9, value(records.get(3))).fields());
        assertThat(field(1, plugin.fields()).text()).isEqualTo("text");
    }

    @Test
    void writesTheseBytes() throws IOException {
        var events = EventFile.create(directory, "brush", CLOCK);
        try (events) {
            events.scalar("loss", 7, 0.5);
        }
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(events.file())))
                .isEqualTo("1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110"
                        + "1a00000000000000129bd82d0900002040fc54d94110072a0d0a0b0a046c6f7373150000003f9583bdba");
    }

    @Test
    void everyProcessHasItsOwnFile() throws IOException {
        try (var first = EventFile.create(directory.resolve("run"), "brush", CLOCK);
                var second = EventFile.create(directory.resolve("run"), "brush", CLOCK)) {
            second.scalar("loss", 1, 1);
            assertThat(EventReader.records(Files.readAllBytes(first.file()))).hasSize(1);
            assertThat(EventReader.records(Files.readAllBytes(second.file()))).hasSize(2);
        }
    }

    @Test
    void recordsAreThereBeforeTheFileIsClosedAndOutliveACut() throws IOException {
        try (var events = EventFile.create(directory, "brush", CLOCK)) {
            events.scalar("loss", 1, 1);
            events.scalar("loss", 2, 2);
            byte[] bytes = Files.readAllBytes(events.file());
            assertThat(EventReader.records(bytes)).hasSize(3);
            for (int cut = 1; cut < 40; cut++) {
                assertThat(EventReader.records(Arrays.copyOf(bytes, bytes.length - cut)))
                        .hasSize(2);
            }
        }
    }

    @Test
    void namesTheFileThatCannotBeWritten() throws IOException {
        var events = EventFile.create(directory, "brush", CLOCK);
        events.close();
        assertThatThrownBy(() -> events.scalar("loss", 1, 1))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(events.file().toString());
    }

    private static Field field(int number, List<Field> fields) {
        return fields.stream().filter(f -> f.number() == number).findFirst().orElseThrow();
    }

    private static List<Field> value(List<Field> event) {
        return field(1, field(5, event).fields()).fields();
    }
}
