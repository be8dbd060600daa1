package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.pipeline.Task;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;
import org.maliang.serve.TestModels;
import org.openqa.selenium.Keys;

/** The page of a model that does not write: a form for its task, and the answer. */
class TaskPageTest {

    @TempDir
    static Path directory;

    private static Chromium browser;

    @BeforeAll
    static void start() {
        browser = Chromium.start(directory.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static ServerOptions options(Task task, String architecture, String... labels) {
        return TestModels.options(TestModels.bert(directory, architecture, labels))
                .withTask(task);
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(TaskPageTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void look(String name) {
        browser.screenshot(name);
        Map<?, ?> found = (Map<?, ?>) browser.run(resource("contrast.js"), 4.5);
        assertThat((List<?>) found.get("poor")).as("too little contrast").isEmpty();
        assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing sticks out sideways")
                .isEqualTo(true);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPairIsJudgedByKeyboardInBothLanguages() {
        try (Server server = Server.start(
                options(Task.NLI, "BertForSequenceClassification", "contradiction", "neutral", "entailment"))) {
            browser.screen(1280, 900, "light");
            browser.openAnew(server.address());
            assertThat(browser.text("h1")).isEqualTo("自然语言推理");
            assertThat(browser.text("#top nav [aria-current]")).isEqualTo("试用");
            assertThat(browser.run("return [...document.querySelectorAll('#fields label')].map(n => n.textContent)"))
                    .isEqualTo(List.of("第一句", "第二句"));
            browser.run("document.querySelector('#field-sentence1').focus(); document.activeElement.select()");
            browser.press("床前明月光", Keys.TAB);
            browser.run("document.activeElement.select()");
            browser.press("举头望明月", Keys.TAB, Keys.ENTER);
            browser.await("document.querySelectorAll('#answer tbody tr').length === 3");
            assertThat(browser.text("#answer")).contains("entailment", "标签");
            assertThat(browser.text("#answer pre")).contains("\"labels\"");
            browser.run("document.querySelector('#answer details').open = true");
            look("task-nli");
            browser.click("#top .tools button");
            assertThat(browser.text("h1")).isEqualTo("Natural language inference");
            assertThat(browser.text("#answer th")).isEqualTo("Label");
            assertThat(browser.run("return document.querySelector('#field-sentence1').value"))
                    .isEqualTo("床前明月光");
            browser.screen(390, 844, "dark");
            look("task-nli-dark");
            browser.open(server.address() + "/models.html");
            assertThat(browser.text("#content .mark")).isEqualTo("in use");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BertForSequenceClassification, zero-shot-classification, 体育",
        "BertForSequenceClassification, text-ranking, 今天有雨",
        "BertForTokenClassification, named-entity-recognition, ''",
        "BertForTokenClassification, word-segmentation, ''",
        "BertForQuestionAnswering, question-answering, 分数",
        "BertForMaskedLM, fill-mask, 词元",
        "BertModel, sentence-embedding, 海上明月",
        "BertModel, feature-extraction, 向量",
    })
    void everyKindOfAnswerIsReadable(String architecture, String id, String words) {
        String[] labels =
                architecture.endsWith("Answering") ? new String[0] : new String[] {"contradiction", "entailment"};
        try (Server server = Server.start(options(Task.of(id), architecture, labels))) {
            browser.screen(390, 844, "light");
            browser.openAnew(server.address());
            browser.click("#go");
            browser.await("document.querySelector('#answer article')");
            assertThat(browser.text("#answer .readable"))
                    .isNotBlank()
                    .contains(words)
                    .doesNotContain("[object");
            look("task-" + id);
        }
    }

    @Test
    void mistakesAndKeysAreToldOfInWords() throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), "open-sesame\n");
        try (Server server =
                Server.start(options(Task.FILL_MASK, "BertForMaskedLM").open(Optional.of(keys), List.of()))) {
            browser.openAnew(server.address());
            assertThat(browser.text("#notice")).contains("API key");
            browser.find("#notice input").sendKeys("open-sesame");
            browser.click("#notice button");
            browser.await("!document.querySelector('#form').hidden");
            browser.find("#field-text").clear();
            browser.find("#field-text").sendKeys("床前明月");
            browser.pressWithControl(Keys.ENTER);
            browser.await("document.querySelector('#notice').textContent.includes('there is no blank')");
            browser.complaints(); // Chromium reports the 401 and the 400 itself
        }
    }
}
