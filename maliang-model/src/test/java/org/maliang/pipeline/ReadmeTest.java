package org.maliang.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;

/** The program that the READMEs begin with, as it stands there. */
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\\n(import [^`]*class (\\w+) [^`]*)```");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theFirstProgramWritesAPoem(String name) throws Exception {
        Path root = Fixtures.above("models/poet").resolve("../..").normalize();
        Matcher program = PROGRAM.matcher(Files.readString(root.resolve(name)));
        assertThat(program.find()).isTrue();
        String libraries = System.getProperty("java.class.path");
        Path source = Files.writeString(directory.resolve(program.group(2) + ".java"), program.group(1));
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", libraries, "-d", directory.toString(), source.toString());
        assertThat(compiled).isZero();
        String written = output(root, libraries, program.group(2));
        assertThat(written.strip()).matches("(?s)[\\p{IsHan}\\p{P}\\s]{10,}");
    }

    private String output(Path root, String libraries, String main) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfile.encoding=UTF-8",
                        "-Dstdout.encoding=UTF-8",
                        "-cp",
                        libraries + System.getProperty("path.separator") + directory,
                        main)
                .directory(root.toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("errors")))
                .isZero();
        return text;
    }
}
