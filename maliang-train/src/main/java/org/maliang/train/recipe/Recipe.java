package org.maliang.train.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A training run. The YAML keys are the names of the record components, written with hyphens; docs/training.md lists
 * them. Reading is strict: an unknown key is refused with the nearest valid one.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.file(Path.of("recipes/tiny.yaml")).set("train.steps", 100).build();
 * }</pre>
 *
 * @param out the run directory
 * @param seed of the weights, the order of windows, dropout and samples
 * @param yaml the recipe after overrides, as written to {@code recipe.yaml} in the run directory
 */
public record Recipe(
        Path out,
        long seed,
        ModelSource model,
        TokenizerSource tokenizer,
        DataSettings data,
        TrainSettings train,
        OptimizerSettings optimizer,
        ScheduleSettings schedule,
        String yaml) {
    private static final List<String> KEYS =
            List.of("out", "seed", "model", "tokenizer", "data", "train", "optimizer", "schedule");

    /** Starts from a file; relative paths in it start at its directory. */
    public static Builder file(Path recipe) {
        return new Builder(RecipeFile.read(recipe));
    }

    /** Starts from nothing; every key is given by {@link Builder#set}. */
    public static Builder builder() {
        return new Builder(new RecipeFile("recipe", Path.of("").toAbsolutePath(), ""));
    }

    /** Puts values over those of the file, then checks everything. */
    public static final class Builder {
        private final RecipeFile file;

        private Builder(RecipeFile file) {
            this.file = file;
        }

        /**
         * Sets one key; relative paths start in the working directory.
         *
         * @param key dotted, as in {@code train.steps}
         * @param value as YAML would have it: a number, a text, {@code [a, b]}
         */
        public Builder set(String key, Object value) {
            file.set(key, value.toString());
            return this;
        }

        /** Sets a key from {@code a.b=c}. */
        public Builder set(String assignment) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new RecipeException("--set " + assignment + ": expected KEY=VALUE, e.g. train.steps=100");
            }
            return set(
                    assignment.substring(0, equals).strip(),
                    assignment.substring(equals + 1).strip());
        }

        /** @throws RecipeException if a key is unknown, missing or has a value that cannot be */
        public Recipe build() {
            var root = file.root().only(KEYS);
            var sections = Map.of(
                    "data", DataSettings.class,
                    "train", TrainSettings.class,
                    "optimizer", OptimizerSettings.class,
                    "schedule", ScheduleSettings.class);
            sections.forEach((key, schema) -> root.section(key).only(schema));
            var out = root.path("out");
            var schedule = ScheduleSettings.of(root.section("schedule"));
            var train = TrainSettings.of(root.section("train"));
            if ((long) schedule.warmup() + schedule.cooldown() > train.steps()) {
                throw root.section("schedule")
                        .wrong(
                                schedule.cooldown() > 0 ? "cooldown" : "warmup",
                                "with warmup and cooldown together at most " + "train.steps = " + train.steps());
            }
            return new Recipe(
                    out,
                    root.whole("seed", 1, Long.MIN_VALUE),
                    model(root),
                    tokenizer(root),
                    DataSettings.of(root.section("data"), out),
                    train,
                    OptimizerSettings.of(root.section("optimizer")),
                    schedule,
                    file.toYaml());
        }

        private static ModelSource model(Section root) {
            var section = root.section("model");
            if (!root.has("model")) {
                throw root.missing("model");
            }
            if (section.has("init")) {
                section.only(List.of("init"));
                return new ModelSource.Continued(section.path("init"));
            }
            return new ModelSource.Fresh(section.tree());
        }

        private static TokenizerSource tokenizer(Section root) {
            if (root.isText("tokenizer")) {
                return new TokenizerSource.Existing(root.path("tokenizer"));
            }
            var section = root.section("tokenizer");
            if (!root.has("tokenizer")) {
                var model = root.section("model");
                if (model.has("init")) {
                    return new TokenizerSource.Existing(model.path("init"));
                }
                throw root.missing("tokenizer");
            }
            section.only(TokenizerSource.Trained.class);
            return new TokenizerSource.Trained(
                    section.choice("kind", TokenizerSource.Kind.CHARACTER),
                    section.count("vocab-size", 260),
                    section.texts("special-tokens"));
        }
    }

    /** The validation corpus, if there is one. */
    public boolean hasValidation() {
        return !data.valid().files().isEmpty();
    }
}
