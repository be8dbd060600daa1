package org.maliang.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.train.data.DataException;
import org.maliang.train.data.Document;
import org.maliang.train.recipe.Recipe;

class PreparationTest {
    @TempDir
    Path dir;

    private final List<String> stages = new ArrayList<>();

    @BeforeEach
    void corpus() throws IOException {
        Files.writeString(dir.resolve("train.txt"), "春眠不觉晓，处处闻啼鸟。\n\n夜来风雨声，花落知多少。");
        Files.writeString(dir.resolve("valid.txt"), "花落春晓。\n\n夜来闻鸟。");
    }

    @Test
    void trainsTheTokenizerAndPacksTheCorpus() {
        var prepared = prepare(recipe());
        assertThat(prepared.tokenizer()).isEqualTo(dir.resolve("run/tokenizer"));
        assertThat(prepared.train().header().documents()).isEqualTo(2);
        assertThat(prepared.train().token(0)).isEqualTo(prepared.separator());
        try (var tokenizer = Tokenizer.load(prepared.tokenizer())) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(prepared.vocabulary());
            assertThat(tokenizer.token(prepared.separator())).isEqualTo(Preparation.SEPARATOR);
            assertThat(tokenizer.encode("处<|诗|>")).hasSize(2);
        }
        try (var documents = prepared.validation()) {
            assertThat(documents.map(Document::text)).containsExactly("花落春晓。", "夜来闻鸟。");
        }
    }

    @Test
    void usesAgainWhatIsThereUntilSomethingChanges() throws IOException {
        prepare(recipe());
        stages.clear();
        prepare(recipe());
        assertThat(stages).isEmpty();
        prepare(recipe().set("tokenizer.vocab-size", 270));
        assertThat(stages).anyMatch(stage -> stage.startsWith("tokenizer: "));
        stages.clear();
        Files.writeString(dir.resolve("train.txt"), "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。");
        assertThat(prepare(recipe()).train().header().documents()).isEqualTo(1);
    }

    @Test
    void takesATokenizerThatExists() {
        var trained = prepare(recipe());
        var file = trained.tokenizer().resolve("tokenizer.json");
        var prepared = prepare(recipe().set("tokenizer", file).set("out", dir.resolve("other")));
        assertThat(prepared.tokenizer()).isEqualTo(trained.tokenizer());
        assertThat(dir.resolve("other/tokenizer")).doesNotExist();
    }

    @Test
    void refusesATokenizerWithoutASeparator() throws IOException {
        var file = prepare(recipe()).tokenizer().resolve("tokenizer.json");
        var other = Files.writeString(
                dir.resolve("tokenizer.json"), Files.readString(file).replace("endoftext", "stop"));
        assertThatThrownBy(() -> prepare(recipe().set("tokenizer", other)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("has no <|endoftext|>");
    }

    private Prepared prepare(Recipe.Builder recipe) {
        return Preparation.of(recipe.build()).run((stage, done, total) -> stages.add(stage));
    }

    private Recipe.Builder recipe() {
        return Recipe.builder()
                .set("out", dir.resolve("run"))
                .set("model", "{model_type: gpt2}")
                .set("tokenizer.vocab-size", 290)
                .set("tokenizer.special-tokens", "['<|诗|>']")
                .set("data.train", dir.resolve("train.txt"))
                .set("data.valid", dir.resolve("valid.txt"))
                .set("data.split", "blank-line")
                .set("train.steps", 5);
    }
}
