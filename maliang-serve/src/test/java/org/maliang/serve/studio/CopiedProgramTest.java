package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;

/** What the page copies as Java or as a command writes the text that the page shows. */
class CopiedProgramTest {
    private static final String DONE =
            "!document.querySelector('#write').hidden && document.querySelector('#results footer')"
                    + " && !document.querySelector('#results footer').hidden";

    @TempDir
    Path directory;

    @Test
    void javaAndCurlWriteTheSame() throws Exception {
        try (Chromium browser = Chromium.start(directory.resolve("profile"));
                Server server = Server.start(ServerOptions.of(Places.poet()).at("127.0.0.1", 0))) {
            browser.allowClipboard();
            browser.screen(1280, 900, "light");
            browser.openAccepted(server.address());
            browser.find("#prompt").sendKeys("秋夜\"闻笛");
            browser.find("#acrostic").sendKeys("马良神笔");
            browser.click("#write");
            browser.await(DONE);
            String verse = browser.text("#results .written");
            assertThat(run("Verse", copied(browser, "copy.java"))).isEqualTo(verse);
            assertThat(shell(copied(browser, "copy.curl"))).contains("马", "\"finish_reason\":\"stop\"");
            browser.click("input[name=mode][value=free]");
            browser.click("input[name=length][value='32']");
            browser.run("document.querySelector('#prompt').value = '春风又绿'");
            browser.click("#write");
            browser.await(DONE);
            assertThat(run("Free", copied(browser, "copy.java"))).isEqualTo(browser.text("#results .written"));
        }
    }

    private static String copied(Chromium browser, String key) {
        browser.run("document.querySelector('#results footer [role=status]').textContent = ''");
        browser.click("#results footer button[data-words='" + key + "']");
        browser.await("document.querySelector('#results footer [role=status]').textContent");
        return browser.clipboard();
    }

    /** Compiles a program and runs it; what it prints. */
    private String run(String name, String program) throws Exception {
        Path source = directory.resolve(name + "Program.java");
        Files.writeString(source, """
                import java.nio.file.Path;
                import java.util.List;
                import org.maliang.model.LanguageModel;
                import org.maliang.model.form.Verse;
                import org.maliang.model.form.VerseTokens;
                public class %sProgram {
                    public static void main(String[] arguments) {
                        %s
                    }
                }
                """.formatted(
                        name, program.replace("models/poet", Places.poet().toString())));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(result).as(program).isZero();
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(name + "Program").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static String shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command.replace("curl ", "curl -s ")).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return answer;
    }
}
