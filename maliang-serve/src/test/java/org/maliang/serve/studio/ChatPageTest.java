package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;

/** A model with a chat template is asked in a conversation. */
class ChatPageTest {

    @TempDir
    Path directory;

    /** The poet, under a template that shows it only what is asked. */
    private Path talker() throws Exception {
        Path talker = Files.createDirectories(directory.resolve("talker"));
        try (var files = Files.list(Places.poet())) {
            for (Path file : files.toList()) {
                Files.copy(file, talker.resolve(file.getFileName()));
            }
        }
        Path config = talker.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst(
                                "\\{",
                                "{\"chat_template\": \"{% for message in messages %}{{ message.content }}{% endfor %}\","));
        return talker;
    }

    @Test
    void aChatModelIsAsked() throws Exception {
        try (Chromium browser = Chromium.start(directory.resolve("profile"));
                Server server = Server.start(ServerOptions.of(talker()).at("127.0.0.1", 0))) {
            browser.screen(1280, 900, "light");
            browser.openAccepted(server.address());
            browser.click("input[name=mode][value=novel]");
            assertThat(browser.find("#write").isEnabled()).isTrue();
            browser.find("#prompt").sendKeys("他正要离开");
            browser.click("input[name=length][value='32']");
            browser.click("#write");
            browser.await(
                    "document.querySelector('#results footer') && !document.querySelector('#results footer').hidden");
            assertThat(browser.text("#results .written")).isNotEmpty();
            browser.hover("#results .token");
            browser.await("!document.querySelector('#why').hidden");
            browser.click("#results footer button[data-words='copy.curl']");
            browser.await("document.querySelector('#results footer [role=status]').textContent");
            String words = "[...document.querySelectorAll('#results footer button')].map(b => b.dataset.words)";
            assertThat(String.valueOf(browser.run("return " + words)))
                    .as("no feedback without a home, no Java for a conversation")
                    .contains("copy.text")
                    .doesNotContain("up", "copy.java");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
