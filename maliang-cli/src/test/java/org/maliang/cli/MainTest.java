package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    @Test
    void wrongUsageIsOneLineAndExitCodeTwo() {
        Outcome outcome = Outcome.run("benhc");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualToIgnoringNewLines("maliang: unknown command benhc: did you mean bench? See maliang --help\n");
    }

    @Test
    void unknownOptionNamesTheNearestOne() {
        Outcome outcome = Outcome.run("--verison");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("unknown option --verison").contains("--version");
        assertThat(outcome.err().lines()).hasSize(1);
    }

    @Test
    void aGroupAloneListsItsCommands() {
        Outcome outcome = Outcome.run();
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("maliang: name a command: ").contains("bench");
    }

    @Test
    void everyCommandExplainsItself() {
        List<List<String>> paths = new ArrayList<>();
        collect(Main.commandLine(new Main()), List.of(), paths);
        assertThat(paths).isNotEmpty().allSatisfy(path -> {
            var help = new ArrayList<>(path);
            help.add("--help");
            Outcome outcome = Outcome.run(help.toArray(String[]::new));
            assertThat(outcome.code()).isZero();
            assertThat(outcome.out()).startsWith("Usage: maliang").contains("--debug");
            assertThat(outcome.err()).isEmpty();
        });
    }

    private static void collect(CommandLine line, List<String> path, List<List<String>> paths) {
        paths.add(path);
        line.getSubcommands().forEach((name, sub) -> {
            var longer = new ArrayList<>(path);
            longer.add(name);
            collect(sub, longer, paths);
        });
    }

    @Test
    void versionIsPrinted() {
        Outcome outcome = Outcome.run("--version");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).startsWith("maliang ");
    }

    @Test
    void failuresSayWhatAndWhatToDo() {
        var missing = Failure.of(new UncheckedIOException(new NoSuchFileException("poems.txt")));
        assertThat(missing).isEqualTo(new Failure(1, "poems.txt: no such file or directory; check the path"));
        var full = Failure.of(new IOException("No space left on device"));
        assertThat(full.line()).isEqualTo("No space left on device; free some disk space");
        var value = Failure.of(new IllegalArgumentException("length 0\n  must be positive"));
        assertThat(value).isEqualTo(new Failure(2, "length 0 must be positive"));
        var bug = Failure.of(new IllegalStateException("queue"));
        assertThat(bug.exitCode()).isOne();
        assertThat(bug.line())
                .startsWith("internal error: ")
                .contains("MainTest.java")
                .contains("--debug");
    }

    @Test
    void argumentsSurviveALocaleWithoutUtf8() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "春江");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(err).contains("unknown command 春江");
    }
}
