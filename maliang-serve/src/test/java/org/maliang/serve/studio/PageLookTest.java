package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** How the pages look at two sizes, in light and dark: contrast, width, focus, motion; with screenshots to look at. */
class PageLookTest {
    private static final double AA = 4.5; // the contrast that WCAG's level AA wants of text

    @TempDir
    static Path directory;

    private static Chromium browser;
    private static FakeApi api;
    private static String contrast;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(directory.resolve("profile"));
        Path home = directory.resolve("home");
        Path run = Files.createDirectories(home.resolve("runs").resolve("tiny"));
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= 200; step++) {
            lines.append(
                    "{\"step\":%d,\"loss\":%.3f,\"valid_loss\":%.3f,\"learning_rate\":0.001,\"tokens_per_second\":6500}%n"
                            .formatted(step, 5 + 3 * Math.exp(-step / 50.0), 5.2 + 3 * Math.exp(-step / 50.0)));
        }
        lines.append("{\"step\":200,\"prompt\":\"春风\",\"sample\":\"不到山中客，\\n一夜江南雨满城。\"}\n");
        Files.writeString(run.resolve("metrics.jsonl"), lines);
        api = FakeApi.start(home);
        contrast = resource("contrast.js");
    }

    private static String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(PageLookTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
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
        browser.prefer("prefers-reduced-motion", "reduce");
    }

    /** Keeps a picture, and looks at every text on the page. */
    private static void look(String name) {
        browser.screenshot(name);
        Map<?, ?> found = (Map<?, ?>) browser.run(contrast, AA);
        assertThat(((Number) found.get("seen")).intValue())
                .as("texts of " + name)
                .isGreaterThan(10);
        assertThat((List<?>) found.get("poor"))
                .as("too little contrast: " + name)
                .isEmpty();
        assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing sticks out sideways: " + name)
                .isEqualTo(true);
        assertThat(browser.complaints()).as("console: " + name).isEmpty();
    }

    private static void write() {
        browser.click("#write");
        browser.await("document.querySelector('#results footer') && !document.querySelector('#results footer').hidden");
    }

    @ParameterizedTest
    @CsvSource({"390, 844, light", "390, 844, dark", "1280, 900, light", "1280, 900, dark", "360, 740, light"})
    void pagesAreReadable(int width, int height, String scheme) {
        String name = "%s-%d-".formatted(scheme, width);
        browser.screen(width, height, scheme);
        browser.openAccepted(api.address());
        look(name + "empty");
        browser.find("#prompt").sendKeys("江南春");
        write();
        browser.hover("#results .token:nth-child(5)");
        browser.await("!document.querySelector('#why').hidden");
        look(name + "poem");
        browser.run("document.querySelector('#brush').open = true");
        browser.click("input[name=samples][value='2']");
        browser.click("#vertical");
        write();
        browser.run("document.querySelector('.paper').scrollIntoView()");
        look(name + "vertical");
        browser.click("#vertical");
        browser.click("input[name=mode][value=free]");
        browser.click("#vote-go");
        browser.await("document.querySelector('.votes')");
        look(name + "vote");
        api.mood(FakeApi.Mood.BUSY);
        browser.click("#write");
        browser.await("document.querySelector('#notice').textContent");
        browser.complaints(); // Chromium reports the 429 itself
        look(name + "busy");
        browser.click("input[name=mode][value=code]");
        look(name + "unable");
        browser.click("#top .tools button");
        assertThat(browser.text("#unable")).contains("poet comes from a time before code");
        look(name + "english");
        browser.run("localStorage.removeItem('maliang.terms')");
        browser.click("#unable button");
        browser.click("#write");
        browser.await("document.querySelector('#terms').open");
        look(name + "terms");
        browser.open(api.address() + "/models.html");
        browser.run("document.querySelectorAll('details').forEach(node => { node.open = true; })");
        look(name + "models");
        browser.open(api.address() + "/runs.html");
        look(name + "runs");
    }

    @Test
    void themeAndLanguageAreKept() {
        browser.screen(1280, 900, "light");
        browser.openAnew(api.address());
        browser.click("#top .tools button:nth-child(2)");
        browser.click("#top .tools button:nth-child(1)");
        browser.open(api.address() + "/runs.html");
        assertThat(browser.run("return getComputedStyle(document.documentElement).colorScheme"))
                .isEqualTo("dark");
        assertThat(browser.text("h1")).isEqualTo("Training");
    }

    @Test
    void nothingMovesForThoseWhoDoNotLikeIt() {
        browser.screen(1280, 900, "light");
        browser.openAccepted(api.address());
        browser.find("#prompt").sendKeys("江南春");
        write();
        String script = "return getComputedStyle(document.querySelector('#results .token')).animationName";
        assertThat(browser.run(script)).isEqualTo("none");
        browser.prefer("prefers-reduced-motion", "no-preference");
        assertThat(browser.run(script)).isEqualTo("ink");
    }

    /** Tab by tab: everything shows that it has the focus, and a text can be written, read and judged. */
    @Test
    void aKeyboardIsEnough() {
        browser.screen(1280, 900, "light");
        browser.openAnew(api.address());
        browser.run("document.querySelector('.skip').focus()");
        String stops = "";
        for (int i = 0; i < 60 && !stops.contains("#history"); i++) {
            browser.press(Keys.TAB);
            if (Boolean.TRUE.equals(browser.run("return document.activeElement === document.body"))) {
                break;
            }
            assertThat(browser.run("const node = document.activeElement;"
                            + " const shown = node.matches('.choice input') ? node.nextElementSibling : node;"
                            + " const style = getComputedStyle(shown);"
                            + " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'"))
                    .as("focus is visible at %s", browser.run("return document.activeElement.outerHTML"))
                    .isEqualTo(true);
            stops += browser.run("return document.activeElement.id || document.activeElement.name || '·'") + " ";
        }
        assertThat(stops)
                .contains("mode ", "prompt ", "form ", "acrostic ", "write ", "samples ", "temperature ", "seed ");
        browser.run("document.querySelector('#prompt').focus()");
        browser.press("江南春");
        browser.pressWithControl(Keys.ENTER);
        browser.await("document.querySelector('#terms').open");
        browser.press(Keys.ENTER);
        browser.await("document.querySelector('#results footer') && !document.querySelector('#results footer').hidden");
        browser.run("document.querySelector('#vertical').focus()");
        browser.press(Keys.TAB);
        assertThat(browser.text("#why b")).isEqualTo("为何是“江”？");
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(browser.text("#why b")).isEqualTo("为何是“春”？");
        browser.press(Keys.ESCAPE);
        assertThat(browser.run("return document.querySelector('#why').hidden")).isEqualTo(true);
        browser.press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.TAB);
        assertThat(browser.run("return document.activeElement.dataset.words")).isEqualTo("up");
        browser.press(Keys.ENTER);
        browser.await("document.querySelector('#results [aria-pressed=true]')");
    }

    @Test
    void everyWordIsThereInBothLanguages() {
        browser.open(api.address());
        assertThat(
                        browser.later(
                                "import('/assets/words.js').then(({ WORDS }) => arguments[0]("
                                        + "Object.entries(WORDS).filter(([, pair]) => pair.length !== 2 || pair.some(text => !text)).map(([key]) => key)))"))
                .isEqualTo(List.of());
    }
}
