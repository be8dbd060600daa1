package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresetsTest {
    private static final String LETTER = """
            id: letter
            names: {zh: 书信, en: Letter}
            hint: {zh: 写给谁, en: To whom}
            prompt: "{prompt}，见字如面。"
            """;
    private static final Abilities POET =
            new Abilities("poet", Set.of("verse", "couplet"), List.of("五言绝句", "七言绝句", "对联"));

    @Test
    void bundlesTheEightModes() {
        assertThat(Presets.with(List.of()))
                .extracting(Preset::id)
                .containsExactly("verse", "couplet", "free", "novel", "questions", "recipe", "professional", "code");
    }

    @Test
    void addsThoseOfADirectoryAndLetsThemStandInForBundledOnes(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("letter.yaml"), LETTER);
        Files.writeString(directory.resolve("mine.yaml"), LETTER.replace("id: letter", "id: code"));
        List<Preset> presets = Presets.with(List.of(directory));
        assertThat(presets).hasSize(9);
        assertThat(presets).last().extracting(Preset::id).isEqualTo("letter");
        assertThat(presets)
                .filteredOn(preset -> preset.id().equals("code"))
                .singleElement()
                .extracting(preset -> preset.names().zh())
                .isEqualTo("书信");
    }

    @Test
    void namesTheNearestKey() {
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "exampels: [甲]\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.yaml, line 5")
                .hasMessageContaining("unknown key 'exampels'; did you mean 'examples'?");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "constraint: {stops: [甲]}\n"))
                .hasMessageContaining("unknown key 'constraint.stops'; did you mean 'stop'?");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER.replace("{prompt}", "")))
                .hasMessageContaining("a.yaml")
                .hasMessageContaining("{prompt} is missing");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER.replace("id: letter\n", "")))
                .hasMessageContaining("'id'");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "decoding: {temprature: 1}\n"))
                .hasMessageContaining("unknown key 'temprature'");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "constraint: {forms: [八言]}\n"))
                .hasMessageContaining("there is no form '八言'");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "needs: prose\n"))
                .hasMessageContaining("needs and lacking go together");
        assertThatThrownBy(() -> Presets.parse("a.yaml", "id: [")).hasMessageContaining("a.yaml, line 1");
        assertThatThrownBy(() -> Presets.parse("a.yaml", LETTER + "id: twice\n"))
                .hasMessageContaining("a.yaml");
        assertThatThrownBy(() -> Presets.parse("a.yaml", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsWhatAModelCannotDo() {
        Preset novel = preset("novel");
        assertThat(Mode.of(novel, POET).able()).isFalse();
        assertThat(Mode.of(novel, POET).reason().zh()).isEqualTo("poet 没有读过小说，还不会讲故事。");
        assertThat(Mode.of(novel, POET).reason().en()).startsWith("poet has read no novels");
        Abilities writer = new Abilities("writer", Set.of("prose"), List.of());
        assertThat(Mode.of(novel, writer)).isEqualTo(new Mode(novel, true, false, new Wording("", "")));
    }

    @Test
    void asksChatModelsForWhatTheyAreNotSaidToWrite() {
        Abilities talker = new Abilities("talker", Set.of("chat"), List.of());
        assertThat(Mode.of(preset("novel"), talker)).matches(mode -> mode.able() && mode.asked());
        assertThat(Mode.of(preset("couplet"), talker).able()).isFalse();
        assertThat(Mode.of(preset("free"), talker)).matches(mode -> mode.able() && !mode.asked());
    }

    @Test
    void wantsAllFormsOfAPreset() {
        assertThat(Mode.of(preset("couplet"), POET).able()).isTrue();
        assertThat(Mode.of(preset("verse"), POET).able()).isFalse();
    }

    private static Preset preset(String id) {
        return Presets.with(List.of()).stream()
                .filter(preset -> preset.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
