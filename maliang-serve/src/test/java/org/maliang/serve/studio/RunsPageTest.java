package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows training, while a run goes on. */
class RunsPageTest {

    @TempDir
    Path directory;

    private Path metrics;

    private void write(int from, int to) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int step = from; step <= to; step++) {
            double loss = 4.7 + 3.6 * Math.exp(-step / 60.0);
            lines.append(
                    "{\"step\":%d,\"loss\":%.4f,\"learning_rate\":0.001,\"tokens\":4096,\"tokens_per_second\":6500}%n"
                            .formatted(step, loss));
            if (step % 50 == 0) {
                lines.append("{\"step\":%d,\"valid_loss\":%.4f}%n".formatted(step, loss + 0.1));
                lines.append("{\"step\":%d,\"prompt\":\"春风\",\"sample\":\"第%d步\"}%n".formatted(step, step));
            }
        }
        Files.writeString(metrics, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void showsARunWhileItGrowsAndAfterItWasCutBack() throws Exception {
        Path home = directory.resolve("home");
        Path run = Files.createDirectories(home.resolve("runs").resolve("tiny"));
        Files.writeString(run.resolve("recipe.yaml"), "train:\n  steps: 400\n");
        metrics = run.resolve("metrics.jsonl");
        write(1, 120);
        try (Chromium browser = Chromium.start(directory.resolve("profile"));
                FakeApi api = FakeApi.start(home)) {
            browser.screen(1280, 900, "light");
            browser.openAnew(api.address() + "/runs.html");
            assertThat(browser.text("#chooser")).contains("tiny", "正在训练", "第 120 步，共 400 步");
            assertThat(browser.text("#samples")).contains("第100步").doesNotContain("第200步");
            Object points = browser.run("return document.querySelector('polyline').points.numberOfItems");
            assertThat(points).isEqualTo(120L);
            write(121, 230);
            browser.await("document.querySelector('polyline').points.numberOfItems === 230");
            assertThat(browser.text("#samples")).contains("第200步", "第100步");
            assertThat(browser.text("#chooser")).contains("第 230 步，共 400 步");
            Files.writeString(metrics, "");
            write(1, 50);
            browser.await("document.querySelector('polyline').points.numberOfItems === 50");
            assertThat(browser.text("#samples")).contains("第50步").doesNotContain("第100步");
            Files.createDirectories(run.resolve("model"));
            browser.await("document.querySelector('#chooser').textContent.includes('已完成')");
            Path second = Files.createDirectories(home.resolve("runs").resolve("second"));
            Files.writeString(second.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":5}\n{\"step\":2,\"loss\":4}\n");
            browser.await("document.querySelectorAll('#chooser input').length === 2");
            browser.click("#chooser label:not(:has(:checked))");
            browser.await("document.querySelector('figure').querySelectorAll('polyline').length === 2");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
