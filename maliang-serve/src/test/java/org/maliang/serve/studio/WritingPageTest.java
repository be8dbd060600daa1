package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;
import org.openqa.selenium.Keys;

/** The page to write with, before the real API and the poet. */
class WritingPageTest {
    private static final String DONE =
            "!document.querySelector('#write').hidden && document.querySelector('#results footer')"
                    + " && !document.querySelector('#results footer').hidden";

    @TempDir
    static Path directory;

    private static Server server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(directory.resolve("profile"));
        Path home = Files.createDirectories(directory.resolve("home"));
        server = Server.start(ServerOptions.of(Places.poet()).withHome(home).at("127.0.0.1", 0));
        browser.allowClipboard();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void wide() {
        browser.screen(1280, 900, "light");
    }

    @AfterEach
    void consoleIsQuiet() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static void type(String text) {
        browser.find("#prompt").clear();
        browser.find("#prompt").sendKeys(text);
    }

    private static void seed(int seed) {
        browser.find("#seed").clear();
        browser.find("#seed").sendKeys(String.valueOf(seed));
    }

    private static String written() {
        return browser.text("#results .written");
    }

    @Test
    void fourCharactersAreWrittenOnWhileOneWatches() {
        browser.openAnew(server.address());
        browser.click("input[name=mode][value=free]");
        type("春江花月");
        browser.click("input[name=length][value='128']");
        seed(5);
        browser.run("window.steps = []; new MutationObserver(() => {"
                + " const length = document.querySelector('#results .written')?.textContent.length ?? 0;"
                + " if (length > (steps.at(-1) ?? 0)) steps.push(length); })"
                + ".observe(document.querySelector('#results'), {childList: true, subtree: true});");
        browser.click("#write");
        browser.await("document.querySelector('#terms').open");
        assertThat(browser.text("#results")).isEmpty();
        browser.click("#terms button[value=yes]");
        browser.await(DONE);
        assertThat((List<?>) browser.run("return steps")).hasSizeGreaterThan(1);
        assertThat(written()).hasSizeBetween(10, 128).containsPattern("\\p{IsHan}{5}");
        String first = written();
        browser.click("#write");
        browser.await("!document.querySelector('#write').hidden");
        browser.await(DONE);
        assertThat(written()).as("the same seed writes the same").isEqualTo(first);
    }

    @Test
    void thePoemKeepsTheFormThatWasPicked() {
        browser.openAccepted(server.address());
        type("江南春");
        browser.click("input[name=form][value='五言绝句']");
        browser.find("#acrostic").sendKeys("马良神笔");
        browser.click("input[name=samples][value='3']");
        browser.click("#write");
        browser.await(DONE);
        assertThat((List<?>) browser.run(
                        "return [...document.querySelectorAll('#results .written')].map(n => n.textContent)"))
                .hasSize(3)
                .allSatisfy(text -> assertThat(String.valueOf(text))
                        .matches("马\\p{IsHan}{4}[，。？！]良\\p{IsHan}{4}[，。？！]\n神\\p{IsHan}{4}[，。？！]笔\\p{IsHan}{4}[，。？！]"));
        browser.find("#acrostic").clear();
        browser.click("input[name=samples][value='1']");
        browser.click("input[name=form][value='词']");
        browser.find("#tune").sendKeys(Keys.chord(Keys.CONTROL, "a"), "憶秦娥", Keys.TAB);
        browser.await("document.querySelector('#tune').value === '忆秦娥'");
        browser.click("#write");
        browser.await(DONE);
        assertThat(written()).hasLineCount(8);
    }

    @Test
    void aTextIsShownAndCopiedInTraditionalCharacters() {
        browser.openAccepted(server.address());
        type("江南春");
        seed(3);
        browser.click("#write");
        browser.await(DONE);
        assertThat(written()).isEqualTo("碧草青芜古岸边，新桃春浪晚来妍。\n风流不似江南岸，如在江南柳絮天。");
        browser.click("input[name=script][value=hant]");
        browser.await("document.querySelector('#results .written').textContent.includes('風')");
        String traditional = "碧草青蕪古岸邊，新桃春浪晚來妍。\n風流不似江南岸，如在江南柳絮天。";
        assertThat(written()).isEqualTo(traditional);
        browser.click("#results footer button[data-words='copy.text']");
        browser.await("document.querySelector('#results footer [role=status]').textContent");
        assertThat(browser.clipboard()).isEqualTo("江南春\n" + traditional);
        browser.click("input[name=script][value=hans]");
        browser.await("document.querySelector('#results .written').textContent.includes('风')");
    }

    @Test
    void everyCharacterTellsWhyItIsThere() {
        browser.openAccepted(server.address());
        browser.screen(1140, 980, "light");
        type("江南春");
        seed(3);
        browser.click("#write");
        browser.await(DONE);
        browser.run("scrollTo(0, 0)");
        browser.hover("#results .token:nth-child(30)");
        browser.await("!document.querySelector('#why').hidden");
        assertThat(browser.text("#why b")).isEqualTo("为何是“柳”？");
        assertThat(browser.text("#why .chosen .token")).isEqualTo("柳");
        assertThat(browser.text("#why .chosen .share")).matches("\\d+(\\.\\d)?%");
        assertThat((List<?>) browser.run("return [...document.querySelectorAll('#why li')]"))
                .hasSizeBetween(2, 6);
        browser.await("document.getAnimations().length === 0");
        browser.screenshot("studio"); // the picture in docs/images
        browser.hover("#top .brand");
        browser.await("document.querySelector('#why').hidden");
    }

    @Test
    void answersVote() {
        browser.openAccepted(server.address());
        browser.click("input[name=mode][value=free]");
        type("春风又绿江南");
        seed(1);
        browser.find("#vote-choice").sendKeys("岸 山 花");
        browser.find("#vote-n").clear();
        browser.find("#vote-n").sendKeys("60");
        assertThat(browser.text("#vote-go")).isEqualTo("60 个回答投票");
        browser.click("#vote-go");
        browser.await("document.querySelector('.votes')");
        assertThat(browser.text(".votes .winner .answer")).isEqualTo("岸");
        assertThat(browser.text(".votes h3")).startsWith("60 个回答");
        Object counts = browser.run("return [...document.querySelectorAll('.votes .share')]"
                + ".reduce((sum, node) => sum + parseInt(node.textContent), 0)");
        assertThat(counts).isEqualTo(60L);
    }

    @Test
    void whatTheModelCannotDoIsSaidAndLedAwayFrom() {
        browser.openAccepted(server.address());
        browser.click("input[name=mode][value=recipe]");
        assertThat(browser.text("#unable")).contains("poet 没有进过厨房，不会写菜谱。", "诗词", "对联", "自由续写");
        assertThat(browser.find("#write").isEnabled()).isFalse();
        browser.click("#unable button");
        assertThat(browser.find("#write").isEnabled()).isTrue();
        assertThat(browser.run("return document.querySelector('input[name=mode]:checked').value"))
                .isEqualTo("verse");
    }

    @Test
    void textsAreKeptJudgedOpenedAgainAndDeleted() throws Exception {
        browser.openAccepted(server.address());
        type("秋思");
        seed(3);
        browser.click("#write");
        browser.await(DONE);
        String text = written();
        browser.click("#results footer button[data-words=up]");
        browser.await("document.querySelector('#results [aria-pressed=true]')");
        String kept = Files.readString(directory.resolve("home").resolve("feedback.jsonl"))
                .lines()
                .reduce("", (before, line) -> line);
        var line = new ObjectMapper().readTree(kept);
        assertThat(line.path("text").asText()).isEqualTo(text);
        assertThat(line.path("options").path("form").asText()).isEqualTo("七言绝句");
        browser.open(server.address());
        assertThat(browser.text("#results")).isEmpty();
        browser.click("#history .entry");
        assertThat(written()).isEqualTo(text);
        assertThat(browser.run("return document.querySelector('#seed').value")).isEqualTo("3");
        browser.click("#history .icon");
        assertThat(browser.text("#history")).isEmpty();
    }

    @Test
    void aModelCardIsShownWithFacts() {
        browser.open(server.address() + "/models.html");
        assertThat(browser.text("h2")).startsWith("poet");
        assertThat(browser.text(".facts")).contains("gpt2", "1140万", "bf16");
        browser.click("details summary");
        assertThat(browser.text(".card")).contains("Six collections of public-domain verse");
    }
}
