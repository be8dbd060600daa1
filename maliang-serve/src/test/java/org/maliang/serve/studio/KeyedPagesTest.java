package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;

/** Pages of a server that wants an API key. */
class KeyedPagesTest {

    @TempDir
    Path directory;

    @Test
    void modelsAndRunsAreShownToWhoHasAKey() throws Exception {
        Path home = directory.resolve("home");
        Path run = Files.createDirectories(home.resolve("runs").resolve("tiny"));
        Files.writeString(run.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":5}\n{\"step\":2,\"loss\":4}\n");
        Path keys = Files.writeString(directory.resolve("keys"), "open-sesame\n");
        ServerOptions options = ServerOptions.of(Places.poet())
                .withHome(home)
                .open(Optional.of(keys), List.of())
                .at("127.0.0.1", 0);
        try (Chromium browser = Chromium.start(directory.resolve("profile"));
                Server server = Server.start(options)) {
            browser.screen(1280, 900, "light");
            browser.openAnew(server.address() + "/runs.html");
            assertThat(browser.text("#notice")).contains("API key");
            assertThat(browser.text("#chooser")).isEmpty();
            browser.find("#notice input").sendKeys("open-sesame");
            browser.click("#notice button");
            browser.await("document.querySelector('#chooser').textContent.includes('tiny')");
            assertThat(browser.text("#notice")).isEmpty();

            browser.openAnew(server.address() + "/models.html");
            assertThat(browser.text("#notice")).contains("API key");
            browser.find("#notice input").sendKeys("open-sesame");
            browser.click("#notice button");
            browser.await("document.querySelector('#content article') !== null");
            assertThat(browser.text("#content h2")).contains("poet");
            browser.openAnew(server.address() + "/models.html");
            browser.screenshot("keyed-models");
        }
    }
}
