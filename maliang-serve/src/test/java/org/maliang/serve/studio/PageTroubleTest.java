package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page does when it is stopped, and when the server is slow, busy, locked, broken or gone. */
class PageTroubleTest {
    @TempDir
    static Path directory;

    private static Chromium browser;
    private static FakeApi api;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(directory.resolve("profile"));
        api = FakeApi.start(Files.createDirectories(directory.resolve("home")));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (api != null) {
            api.close();
        }
    }

    @BeforeEach
    void begin() {
        api.mood(FakeApi.Mood.KIND);
        api.pause(0);
        browser.screen(1280, 900, "light");
        browser.openAccepted(api.address());
        browser.find("#prompt").sendKeys("江南春");
    }

    @Test
    void stopsAtOnceAndKeepsWhatIsWritten() {
        api.pause(300);
        browser.click("#write");
        browser.await("document.querySelectorAll('#results .token').length > 3");
        assertThat(browser.text("#results .rest"))
                .as("squares for what is to come")
                .contains("□");
        browser.click("#stop");
        browser.await("!document.querySelector('#write').hidden");
        String written = browser.text("#results .written");
        assertThat(FakeApi.TEXT).startsWith(written).isNotEqualTo(written);
        Chromium.pause(1000);
        assertThat(browser.text("#results .written")).isEqualTo(written);
        assertThat(browser.text("#live")).isEqualTo("已停笔");
        assertThat(browser.text("#notice")).isEmpty();
    }

    @Test
    void countsDownWhenTheServerIsBusy() {
        api.mood(FakeApi.Mood.BUSY);
        browser.click("#write");
        browser.await("/[123] 秒后再试/.test(document.querySelector('#notice').textContent)");
        assertThat(browser.find("#notice button").isEnabled()).isFalse();
        browser.await("!document.querySelector('#notice button').disabled");
        assertThat(browser.text("#notice")).startsWith("可以再试了。");
        api.mood(FakeApi.Mood.KIND);
        browser.click("#notice button");
        browser.await("document.querySelector('#results .written')?.textContent.endsWith('秋千。')");
        assertThat(browser.text("#notice")).isEmpty();
    }

    @Test
    void keepsWhatCameBeforeALostConnection() {
        api.mood(FakeApi.Mood.BREAKING);
        browser.click("#write");
        browser.await("document.querySelector('#notice').textContent.startsWith('写到一半断线了')");
        assertThat(browser.text("#results .written")).isEqualTo(FakeApi.TEXT.substring(0, FakeApi.TEXT.length() / 2));
    }

    @Test
    void asksForAKey() {
        api.mood(FakeApi.Mood.LOCKED);
        browser.click("#write");
        browser.await("document.querySelector('#notice input')");
        browser.find("#notice input").sendKeys("open-sesame");
        api.mood(FakeApi.Mood.KIND);
        browser.click("#notice button");
        browser.await("document.querySelector('#results .written')?.textContent.endsWith('秋千。')");
        assertThat(api.keys()).last().isEqualTo("Bearer open-sesame");
    }

    @Test
    void saysThatTheServerIsGone() throws Exception {
        try (FakeApi other = FakeApi.start(directory.resolve("home"))) {
            browser.openAccepted(other.address());
            browser.find("#prompt").sendKeys("江南春");
        }
        browser.click("#write");
        browser.await("document.querySelector('#notice').textContent.startsWith('连不上服务')");
        assertThat(browser.text("#results")).isEmpty();
    }

    @Test
    void wantsABeginning() {
        browser.find("#prompt").clear();
        browser.click("#write");
        assertThat(browser.text("#notice")).isEqualTo("先写个开头吧，四个字就好。");
        browser.run("document.querySelector('#prompt').value = ' '");
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("prompt");
    }

    @Test
    void sendsWhatWasChosen() {
        browser.click("input[name=form][value='']");
        browser.click("input[name=length][value='256']");
        browser.click("input[name=samples][value='2']");
        browser.run("const slider = document.querySelector('#temperature'); slider.value = 1.2;"
                + " slider.dispatchEvent(new Event('input'))");
        browser.find("#seed").sendKeys("42");
        browser.click("#write");
        browser.await("!document.querySelector('#write').hidden && document.querySelectorAll('.sheet').length === 2");
        var sent = api.requests().get(api.requests().size() - 1);
        assertThat(sent.path("prompt").asText()).isEqualTo("江南春");
        assertThat(sent.path("max_tokens").asInt()).isEqualTo(256);
        assertThat(sent.path("n").asInt()).isEqualTo(2);
        assertThat(sent.path("temperature").asDouble()).isEqualTo(1.2);
        assertThat(sent.path("seed").asInt()).isEqualTo(42);
        assertThat(sent.path("logprobs").asInt()).isEqualTo(5);
        assertThat(sent.has("form")).isFalse();
    }
}
