package org.maliang.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.convert.Conversion;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;

/** The bundled poet as GGUF, read by llama.cpp: the same text in, the same ids, the same greedy text out. */
class LlamaCppTest {
    private static final List<String> PROMPTS = List.of("春江花月夜", "江南春", "明月松间照，");

    @TempDir
    private Path directory;

    /** The library is there for Linux, macOS and Windows, but not for every machine. */
    @BeforeAll
    static void needLlamaCpp() {
        assumeThat(System.getProperty("os.name")).startsWith("Linux");
        assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
        LlamaModel.setLogger(LogFormat.TEXT, (level, line) -> {});
    }

    @Test
    void writesTheSameAsLlamaCpp() {
        Path poet = poet();
        Path file = directory.resolve("poet.gguf");
        try (ModelFiles files = ModelFiles.open(poet)) {
            new Conversion(files, Optional.empty()).toGguf(file, "f32");
        }
        ModelParameters parameters = new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(384)
                .setThreads(1)
                .setGpuLayers(0);
        try (LanguageModel ours = LanguageModel.load(poet);
                LlamaModel theirs = new LlamaModel(parameters)) {
            for (String prompt : PROMPTS) {
                int[] ids = ours.tokenizer().encode(prompt);
                assertThat(theirs.encode(prompt)).endsWith(ids);
                InferenceParameters greedy = new InferenceParameters(prompt)
                        .setTemperature(0)
                        .setTopK(1)
                        .setRepeatPenalty(1)
                        .setNPredict(32);
                assertThat(theirs.complete(greedy)).as(prompt).isEqualTo(greedy(ours, ids));
            }
        }
    }

    private static String greedy(LanguageModel model, int[] prompt) {
        int begin = model.decoder().config().bosId().orElseThrow();
        int[] ids = IntStream.concat(IntStream.of(begin), IntStream.of(prompt)).toArray();
        GenerationOptions options =
                GenerationOptions.defaults().withTemperature(0).withMaxTokens(32);
        int[] written = new TokenGenerator(model.decoder())
                .write(List.of(ids), options)
                .get(0)
                .ids();
        return model.tokenizer().decode(written);
    }

    private static Path poet() {
        Path above = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(above.resolve("models/poet"))) {
            above = above.getParent();
        }
        return above.resolve("models/poet");
    }
}
