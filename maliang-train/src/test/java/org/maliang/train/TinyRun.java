package org.maliang.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.maliang.train.recipe.Recipe;

/** A run of seconds: a two-layer model on a few hundred lines of made-up verse. Also a program of its own, to be killed. */
final class TinyRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHARACTERS = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少白日依山尽黄河入海流";

    private final Path root;
    private final List<String> settings = new ArrayList<>();

    TinyRun(Path root) {
        this.root = root;
        try {
            Files.createDirectories(root);
            writeVerse(root.resolve("train.txt"), 400, 1);
            writeVerse(root.resolve("valid.txt"), 20, 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeVerse(Path file, int lines, int seed) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        var text = new StringBuilder();
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < 5; i++) {
                int at = (seed + 7 * line + 3 * i + line * i) % CHARACTERS.length();
                text.append(CHARACTERS.charAt(at));
            }
            text.append(line % 2 == 0 ? "，" : "。\n\n");
        }
        Files.writeString(file, text);
    }

    /** Puts {@code a.b=c} over the recipe. */
    TinyRun set(String assignment) {
        settings.add(assignment);
        return this;
    }

    Path out() {
        return root.resolve("run");
    }

    Recipe recipe() {
        var builder = Recipe.builder()
                .set("out", out())
                .set("data.train", root.resolve("train.txt"))
                .set("data.valid", root.resolve("valid.txt"))
                .set("data.split", "blank-line")
                .set("tokenizer", "{kind: character, vocab-size: 300}")
                .set("model", "{model_type: gpt2, n_embd: 32, n_layer: 2, n_head: 2}")
                .set("train.steps", 24)
                .set("train.batch", 4)
                .set("train.context", 16)
                .set("train.precision", "f32")
                .set("train.log-every", 1)
                .set("train.save-every", 5)
                .set("train.eval-every", 8)
                .set("train.sample-every", 0)
                .set("optimizer.learning-rate", 0.003);
        settings.forEach(builder::set);
        return builder.build();
    }

    Trainer.Outcome go(boolean resume, Listener listener) {
        Recipe recipe = recipe();
        return new Trainer(recipe, listener).run(Preparation.of(recipe).run((stage, done, total) -> {}), resume);
    }

    Trainer.Outcome go(boolean resume) {
        return go(resume, new Listener() {});
    }

    /** The lines of {@code metrics.jsonl} that have this field, by step. */
    Map<Integer, Double> metric(String field) {
        var values = new TreeMap<Integer, Double>();
        try {
            for (String line : Files.readAllLines(out().resolve("metrics.jsonl"))) {
                JsonNode node = JSON.readTree(line);
                if (node.has(field)
                        && values.put(
                                        node.path("step").asInt(),
                                        node.path(field).asDouble())
                                != null) {
                    throw new AssertionError("step " + node.path("step") + " is there twice");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    /** Trains in this process until it is done or killed: the root directory, then settings. */
    public static void main(String[] args) {
        var run = new TinyRun(Path.of(args[0]));
        List.of(args).subList(1, args.length).forEach(run::set);
        run.go(true, new Listener() {
            @Override
            public void stepped(Step step) {
                System.out.println(step.step());
                System.out.flush();
            }
        });
    }
}
