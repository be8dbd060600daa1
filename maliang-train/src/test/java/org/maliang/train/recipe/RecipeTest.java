package org.maliang.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
    private static final String PLAIN = """
            out: ../run
            seed: 7
            model:
              model_type: gpt2
              n_embd: 32
            tokenizer:
              kind: character
              vocab-size: 400
            data:
              train: [text.txt]
            train:
              steps: 1_000
              batch: 4
            optimizer:
              learning-rate: 6e-4
            schedule:
              warmup: 10
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void corpus() throws IOException {
        Files.createDirectories(dir.resolve("recipes"));
        Files.writeString(dir.resolve("recipes/text.txt"), "春");
    }

    @Test
    void readsRecordsWithDefaults() throws IOException {
        var recipe = recipe(PLAIN).build();
        assertThat(recipe.out()).isEqualTo(dir.resolve("run"));
        assertThat(recipe.train().steps()).isEqualTo(1000);
        assertThat(recipe.train().precision()).isEqualTo(TrainSettings.Precision.BF16);
        assertThat(recipe.optimizer().learningRate()).isEqualTo(6e-4);
        assertThat(recipe.model())
                .isInstanceOfSatisfying(
                        ModelSource.Fresh.class,
                        fresh -> assertThat(fresh.config().path("n_embd").intValue())
                                .isEqualTo(32));
        assertThat(recipe.data().train().files()).containsExactly(dir.resolve("recipes/text.txt"));
        assertThat(recipe.hasValidation()).isFalse();
    }

    @Test
    void letsEveryKeyBeSet() throws IOException {
        var own = Files.writeString(dir.resolve("own.txt"), "秋");
        var recipe = recipe(PLAIN)
                .set("train.steps=20")
                .set("optimizer.betas=[0.8, 0.9]")
                .set("model.n_head", 4)
                .set("data.train", own)
                .set("train.sample-prompts=[春, 江]")
                .set("train.precision=f32")
                .build();
        assertThat(recipe.train().steps()).isEqualTo(20);
        assertThat(recipe.optimizer().betas()).containsExactly(0.8, 0.9);
        assertThat(recipe.data().train().files()).containsExactly(own);
        assertThat(recipe.train().samplePrompts()).containsExactly("春", "江");
        assertThat(recipe.yaml()).contains("n_head: 4");
    }

    @Test
    void canBeBuiltWithoutAFile() {
        var recipe = Recipe.builder()
                .set("out", dir)
                .set("model", "{model_type: gpt2}")
                .set("tokenizer.vocab-size", 300)
                .set("data.train", dir.resolve("recipes/text.txt"))
                .set("train.steps", 5)
                .build();
        assertThat(recipe.train().batch()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.stepz=5|unknown key 'train.stepz'; did you mean 'train.steps'?",
                "trian.steps=5|unknown key 'trian'; did you mean 'train'?",
                "train.steps=0|'train.steps' is 0, expected a whole number of at least 1",
                "train.batch=-1|'train.batch' is -1",
                "train.steps=many|'train.steps' is \"many\"",
                "train.precision=fp8|expected one of f32, bf16",
                "train.clip=-0.5|a number of at least 0",
                "optimizer.learning-rate=0|a number above 0",
                "optimizer.betas=[0.9]|a list of 2 numbers",
                "schedule.floor=1.5|from 0 to below 1",
                "schedule.cooldown=1000|together at most train.steps = 1000",
                "data.transform=poems|expected one of identity",
                "data.valid=text.txt|no such file",
                "train=5|expected a map",
                "train.checkpoint-activations=1|true or false",
                "steps|expected KEY=VALUE"
            })
    void refusesWhatCannotBe(String assignment, String message) {
        assertThatThrownBy(() -> recipe(PLAIN).set(assignment).build())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesTheLine() {
        assertThatThrownBy(() -> recipe(PLAIN.replace("batch: 4", "bach: 4")).build())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("r.yaml, line 13: unknown key 'train.bach'; did you mean 'train.batch'?");
        assertThatThrownBy(
                        () -> recipe(PLAIN.replace("steps: 1_000", "steps: -3")).build())
                .hasMessageContaining("line 12: 'train.steps' is -3");
        assertThatThrownBy(() -> recipe(PLAIN + "out: twice\n").build()).hasMessageContaining("not valid YAML");
        assertThatThrownBy(() -> recipe("- 1\n- 2\n").build()).hasMessageContaining("not a recipe");
        assertThatThrownBy(() -> recipe("").build()).hasMessageContaining("'out' is missing");
    }

    @Test
    void refusesToValidateOnTrainingText() {
        var text = dir.resolve("recipes/text.txt");
        assertThatThrownBy(() -> recipe(PLAIN).set("data.valid", text).build()).hasMessageContaining("is in both");
    }

    private Recipe.Builder recipe(String yaml) throws IOException {
        return Recipe.file(Files.writeString(dir.resolve("recipes/r.yaml"), yaml));
    }
}
