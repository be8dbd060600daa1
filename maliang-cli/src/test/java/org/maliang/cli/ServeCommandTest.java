package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve --check}: whether a server would answer. */
class ServeCommandTest {

    @TempDir
    Path dir;

    private static Outcome check(Path model, String... more) {
        String[] all = new String[6 + more.length];
        System.arraycopy(new String[] {"serve", "--check", "--port", "0", "--model", model.toString()}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return Outcome.run(all);
    }

    @Test
    void anyModelAnswersForItsTask() {
        Path judge = TinyModel.writeClassifier(dir);
        assertThat(check(judge)).isEqualTo(new Outcome(0, "classifier would be ready\n", ""));
        assertThat(check(judge, "--task", "nli")).isEqualTo(new Outcome(0, "classifier would be ready\n", ""));
        assertThat(check(TinyModel.write(dir))).isEqualTo(new Outcome(0, "model would be ready\n", ""));
    }

    @Test
    void aTaskThatCannotBeIsSaidInOneLine() {
        Path judge = TinyModel.writeClassifier(dir);
        assertThat(check(judge, "--task", "fillmask"))
                .isEqualTo(
                        new Outcome(2, "", "maliang: there is no task \"fillmask\"; the nearest is \"fill-mask\"\n"));
        Outcome unsuited = check(judge, "--task", "text-generation");
        assertThat(unsuited.code()).isEqualTo(1);
        assertThat(unsuited.err()).contains("choose a decoder").hasLineCount(1);
    }
}
