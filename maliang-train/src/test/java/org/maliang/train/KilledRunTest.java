package org.maliang.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.LanguageModel;

/** Kills a training process at random moments; what is left must always be readable and go on exactly. */
class KilledRunTest {
    private static final String[] OFTEN = {"train.save-every=2", "train.steps=60", "train.eval-every=3"};

    @TempDir
    Path dir;

    @Test
    void aRunThatIsKilledAgainAndAgainEndsAsIfNothingHadHappened() throws IOException, InterruptedException {
        var whole = new TinyRun(dir.resolve("whole"));
        for (String set : OFTEN) {
            whole.set(set);
        }
        whole.go(false);
        var killed = new TinyRun(dir.resolve("killed"));
        var random = new Random(11);
        int kills = 0;
        while (!ends(process(), 4 + random.nextInt(16), random.nextInt(40))) {
            kills++;
            assertReadable(killed.out());
        }
        assertThat(kills).isGreaterThanOrEqualTo(3);
        assertThat(killed.metric("loss")).isEqualTo(whole.metric("loss"));
    }

    private Process process() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(TinyRun.class.getName());
        command.add(dir.resolve("killed").toString());
        command.addAll(List.of(OFTEN));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Lets the process take some steps and kills it a moment later; true if it was done before. */
    private static boolean ends(Process process, int steps, int millis) throws IOException, InterruptedException {
        try (BufferedReader lines = process.inputReader()) {
            for (int i = 0; i < steps; i++) {
                if (lines.readLine() == null) {
                    assertThat(process.waitFor()).isZero();
                    return true;
                }
            }
            Thread.sleep(millis);
            process.toHandle().destroyForcibly();
            process.waitFor();
            return false;
        }
    }

    private static void assertReadable(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.exists(checkpoints)) {
            return;
        }
        try (var present = Files.list(checkpoints)) {
            present.filter(path -> path.getFileName().toString().startsWith("step-"))
                    .forEach(path -> {
                        try (var model = LanguageModel.load(path)) {
                            assertThat(model.decoder().parameterCount()).isPositive();
                        }
                    });
        }
    }
}
