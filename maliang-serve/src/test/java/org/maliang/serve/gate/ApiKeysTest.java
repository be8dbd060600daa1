package org.maliang.serve.gate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What files of keys there may be; what keys open, {@code AdmissionTest} tries. */
class ApiKeysTest {

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("keys"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key 0", "key -1", "key many", "key 12345678", "key 1 2", "key 1.5"})
    void linesThatAreNotUnderstoodAreNamed(String line) throws IOException {
        Path file = file("# ours\n\n" + line + "\n");
        assertThatThrownBy(() -> ApiKeys.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + ":3")
                .hasMessageNotContaining("key 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# key\n"})
    void aFileWithoutKeysLetsNobodyInAndSaysSo(String text) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> ApiKeys.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no key");
    }

    @Test
    void aFileMustBeThere() {
        assertThatThrownBy(() -> ApiKeys.read(directory.resolve("nowhere"))).isInstanceOf(UncheckedIOException.class);
    }
}
