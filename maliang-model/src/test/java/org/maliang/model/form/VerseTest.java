package org.maliang.model.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.generate.Constraint;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;

class VerseTest {
    private static final int SAMPLES = 100;
    private static final String END = "<|endoftext|>";

    private static Tokenizer tokenizer;
    private static VerseTokens tokens;

    @BeforeAll
    static void train(@TempDir Path directory) {
        List<String> special = new ArrayList<>(List.of(END));
        special.addAll(PoemForm.marks());
        var options = TrainingOptions.of(2000).withSpecialTokens(special).withThreads(1);
        tokenizer = trained(TokenizerTrainer.characters(options), directory);
        tokens = VerseTokens.of(tokenizer, tokenizer.id(END).orElseThrow());
    }

    /** A tokenizer that knows 900 Han characters, those of the acrostics, all punctuation and some words of Latin. */
    private static Tokenizer trained(TokenizerTrainer trainer, Path directory) {
        String han = IntStream.range(0x4e00, 0x4e00 + 900)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        String text = han + "马良神笔春风大雅能容物海内存知己，。？！；：、\nwrite a verse, 12 words\n";
        trainer.train(Stream.of(text, text)).write(directory);
        return Tokenizer.load(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    /** Text by choosing evenly among the allowed tokens. */
    private static String wander(Constraint constraint, Tokenizer tokenizer, Random random) {
        List<Integer> ids = new ArrayList<>();
        Constraint.State state = constraint.start();
        while (!state.finished()) {
            BitSet allowed = state.allowed();
            assertThat(allowed.isEmpty()).isFalse();
            int[] choices = allowed.stream().toArray();
            ids.add(choices[random.nextInt(choices.length)]);
            state = state.next(ids.get(ids.size() - 1));
        }
        return tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<String> samples(Verse verse) {
        Constraint constraint = verse.constraint(tokens);
        Random random = new Random(1);
        return IntStream.range(0, SAMPLES)
                .mapToObj(i -> wander(constraint, tokenizer, random))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(PoemForm.class)
    void everySampleIsRecognisedAsTheForm(PoemForm form) {
        String tune = form == PoemForm.LYRIC ? ":如梦令" : form == PoemForm.ARIA ? ":天净沙" : "";
        String prompt = form == PoemForm.COUPLET ? "春风大雅能容物" : "江南春";
        for (String text : samples(Verse.asked(form.label() + tune, prompt, ""))) {
            Layout layout = Layout.of(text).orElseThrow();
            int clauses = layout.clauses().size();
            switch (form) {
                case LYRIC -> assertThat(layout).hasToString("6。/6。/5，6。/2。/2。/6。");
                case ARIA -> assertThat(Optional.of(layout)).isEqualTo(TuneLayouts.ARIAS.of("天净沙"));
                case COUPLET -> assertThat(layout).hasToString("7");
                case MIXED -> assertThat(text).matches("([^，。？！；：、\n]{2,11}[，；：、])*.{2,11}[。？！](\n.*[。？！])*");
                default -> {
                    assertThat(layout).isEqualTo(Layout.regular(form.clauseLength(), clauses));
                    assertThat(PoemForm.regular(form.clauseLength(), clauses)).isEqualTo(form);
                }
            }
            assertThat(clauses).isBetween(form == PoemForm.COUPLET ? 1 : 4, 32);
        }
    }

    static List<String> tunes() {
        return TuneLayouts.LYRICS.tunes().limit(20).toList();
    }

    @ParameterizedTest
    @MethodSource("tunes")
    void everySampleHasTheLayoutOfTheTune(String tune) {
        Verse verse = Verse.asked("词：" + tune, "江南春", "");
        assertThat(verse.prompt()).isEqualTo("<|词|>" + tune + "·江南春\n");
        assertThat(samples(verse))
                .allSatisfy(text -> assertThat(Layout.of(text)).isEqualTo(TuneLayouts.LYRICS.of(tune)));
    }

    @ParameterizedTest
    @CsvSource({
        "'',马良神笔,7，7。/7，7。,0 8 17 25",
        "'',马良神笔马良神笔,7，7。/7，7。/7，7。/7，7。,0 8 17 25 34 42 51 59",
        "五言律诗,马良神笔,5，5。/5，5。/5，5。/5，5。,0 13 26 39",
        "五绝,马良,5，5。/5，5。,0 13",
        "'',马良神,7，7。/7，7。/7，7。,0 17 34",
        "四言,马良神笔,4，4。/4，4。,0 5 11 16",
        "词:浣溪沙,马良神笔春,7。/7。/7。/7，7。/7。,0 9 18 27 44",
        "词:浣溪沙,马良神笔春风,7。/7。/7。/7，7。/7。,0 9 18 27 35 44",
    })
    void acrosticHeadsClausesOrLines(String form, String acrostic, String layout, String places) {
        Verse verse = Verse.asked(form, "", acrostic);
        assertThat(verse.layout()).hasValueSatisfying(found -> assertThat(found).hasToString(layout));
        for (String text : samples(verse)) {
            assertThat(Layout.of(text))
                    .hasValueSatisfying(found -> assertThat(found).hasToString(layout));
            assertThat(Stream.of(places.split(" ")).map(at -> text.charAt(Integer.parseInt(at))))
                    .extracting(String::valueOf)
                    .containsExactly(acrostic.split(""));
        }
    }

    @Test
    void acrosticHeadsLinesOfFreeVerse() {
        assertThat(samples(Verse.asked("杂言", "江南春", "马良神笔")))
                .allSatisfy(text -> assertThat(text.split("\n"))
                        .extracting(line -> line.substring(0, 1))
                        .containsExactly("马", "良", "神", "笔"));
    }

    @Test
    void promptIsMarkAndHeading() {
        assertThat(Verse.asked("七言絕句", " 江南春 ", "").prompt()).isEqualTo("<|七言绝句|>江南春\n");
        assertThat(Verse.asked("詞:忆仙姿", "", "").prompt()).isEqualTo("<|词|>如梦令\n");
        assertThat(Verse.asked("", "", "马良神笔").prompt()).isEqualTo("<|七言绝句|>马良神笔\n");
        assertThat(Verse.asked("五律", "", "").prompt()).isEqualTo("<|五言律诗|>无题\n");
        assertThat(Verse.asked("对联", "海内存知己，", "").prompt()).isEqualTo("<|对联|>海内存知己\n");
    }

    @Test
    void secondLineOfCoupletAnswersTheFirst() {
        for (String text : samples(Verse.asked("对联", "春春风风，春雅大", ""))) {
            assertThat(text).matches("(.)\\1(?!\\1)(.)\\2，\\1(?!\\1|\\2)(.)(?!\\1|\\2|\\3).");
            assertThat(text).doesNotContainPattern("[春风雅大]");
        }
    }

    @Test
    void tokensOfSeveralCharactersStayInsideTheForm(@TempDir Path directory) {
        String line = "马良神笔画春风，\n画得春风处处同。\n";
        var trainer = TokenizerTrainer.bytes(
                TrainingOptions.of(400).withSpecialTokens(List.of(END)).withThreads(1));
        trainer.train(Stream.of(line, line, line)).write(directory);
        try (Tokenizer bytes = Tokenizer.load(directory)) {
            VerseTokens runs = VerseTokens.of(bytes, 0);
            assertThat(runs.reach()).isGreaterThan(2);
            Constraint constraint = Verse.asked("五言绝句", "春", "").constraint(runs);
            Random random = new Random(2);
            for (int i = 0; i < SAMPLES; i++) {
                assertThat(Layout.of(wander(constraint, bytes, random))).hasValue(Layout.regular(5, 4));
            }
        }
    }

    @Test
    void setsAreSharedAmongStates() {
        Constraint.State start = Verse.asked("七绝", "春", "").constraint(tokens).start();
        int[] choices = start.allowed().stream().toArray();
        Constraint.State second = start.next(choices[0]);
        assertThat(second.allowed()).isSameAs(start.allowed());
        assertThat(second.next(choices[1]).allowed()).isSameAs(start.allowed());
    }

    @Test
    void tokenThatIsNotAllowedIsRefused() {
        Constraint.State start = Verse.asked("七绝", "春", "").constraint(tokens).start();
        assertThatThrownBy(() -> start.next(tokenizer.id("。").orElseThrow()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "七言绝旬,春,'',七言绝句",
        "如梦令,春,'',--form 词:如梦令",
        "词,春,'',--form 词:",
        "词:如夢今,春,'',如梦令",
        "曲:天净砂,春,'',天净沙",
        "七言绝句:如梦令,春,'',no tunes",
        "'',春,'',--form 七言绝句",
        "七绝,春,马良神,4 clauses in 2 lines",
        "五言古诗,春,马良神笔,half as many",
        "七绝,春,ab,Han characters",
        "对联,春风hello,'',first line",
        "对联,'','',first line",
        "对联,春风,马,takes none",
        "七绝,<|词|>,'',no title",
        "词:浣溪沙,春,马良神,6 clauses in 5 lines",
    })
    void wrongUseIsExplained(String form, String prompt, String acrostic, String remedy) {
        assertThatThrownBy(() -> Verse.asked(form, prompt, acrostic))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy)
                .hasMessageNotContaining("\n");
    }

    @Test
    void characterOutsideTheVocabularyIsExplained() {
        Verse verse = Verse.asked("七绝", "春", "马良神龘");
        assertThatThrownBy(() -> verse.constraint(tokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("龘");
    }

    @ParameterizedTest
    @ValueSource(strings = {"poem-other", "qu-yuan", "ci-song.valid", "poem-dynasties.valid", "poem-tang.valid"})
    void everyTuneOfTheCorpusCanBeAskedFor(String corpus) {
        assumeThat(VerseCorpus.directory()).isPresent();
        try (Stream<Poem> poems = VerseCorpus.poems(VerseCorpus.directory().orElseThrow(), corpus)) {
            var tuned = poems.filter(poem -> poem.form().hasTune())
                    .map(poem -> poem.form().label() + ":" + poem.tune())
                    .collect(Collectors.toSet());
            assertThat(tuned)
                    .allSatisfy(form ->
                            assertThat(Verse.asked(form, "", "").layout()).isPresent());
        }
    }
}
