package org.maliang.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.train.data.Document;

class NgramModelTest {
    private static final String LETTERS = "春江花月夜𠀀\n，";
    private static final int UNKNOWN = '马';

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void agreesWithTheReference(int order) {
        var random = new Random(order);
        var texts = texts(random, 60);
        var model = train(order, texts);
        var reference = new NgramReference(order, texts);
        for (int i = 0; i < 100; i++) {
            String beginning = text(random, random.nextInt(8));
            int symbol = text(random, 1).codePointAt(0);
            for (int each : new int[] {symbol, NgramModel.END, UNKNOWN}) {
                double expected = reference.probability(beginning, each);
                assertThat(model.probability(beginning, each))
                        .as("'%s' then %x", beginning, each)
                        .isCloseTo(expected, within(1e-6 * expected));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    void probabilitiesSumToOneAfterAnyBeginning(int order) {
        var random = new Random(order);
        var model = train(order, texts(random, 20));
        long known = model.symbols().filter(symbol -> symbol != NgramModel.END).count();
        long unknown = Character.MAX_CODE_POINT + 1 - known;
        for (String beginning : List.of("", "春", "马", "春江马花", text(random, 3), text(random, 9))) {
            double sum = model.symbols()
                    .mapToDouble(s -> model.probability(beginning, s))
                    .sum();
            sum += unknown * model.probability(beginning, UNKNOWN);
            assertThat(sum).as("'%s'", beginning).isCloseTo(1, within(1e-6));
        }
    }

    /** Too small for the discounts to be defined, so they are 0.5, 1, 1.5; four symbols with the unknown one. */
    @Test
    void agreesWithACalculationByHand() {
        var model = train(2, List.of("甲甲乙"));
        // Before 甲: the beginning, 甲. Before 乙: 甲. Before the end: 乙. So 2, 1, 1 of 4, less 1, 0.5, 0.5.
        double first = (2 - 1) / 4.0 + 2 / 4.0 * (1 / 4.0);
        double second = (1 - 0.5) / 4.0 + 2 / 4.0 * (1 / 4.0);
        assertThat(model.probability("", '甲')).isCloseTo(0.5 + 0.5 * first, within(1e-7));
        assertThat(model.probability("甲", '甲')).isCloseTo(0.5 / 2 + 1 / 2.0 * first, within(1e-7));
        assertThat(model.probability("甲", '乙')).isCloseTo(0.5 / 2 + 1 / 2.0 * second, within(1e-7));
        assertThat(model.probability("马", '乙')).isCloseTo(second, within(1e-7));
    }

    @Test
    void countsBitsOfTheTextAndOfItsEnd() {
        var model = train(3, List.of("春江花月夜", "江月", "春夜"));
        double bits = 0;
        for (int i = 0; i <= 2; i++) {
            int next = i < 2 ? "江𠀀".codePointAt(i) : NgramModel.END;
            bits -= Math.log(model.probability("江𠀀".substring(0, new int[] {0, 1, 3}[i]), next)) / Math.log(2);
        }
        var score = model.score(documents(List.of("江𠀀", "江𠀀")));
        assertThat(score).isEqualTo(new CodeLength(score.bits(), score.endBits(), 2, 4, 14));
        assertThat(score.bits()).isCloseTo(2 * bits, within(1e-9));
        double end = -Math.log(model.probability("江𠀀", NgramModel.END)) / Math.log(2);
        assertThat(score.endBits()).isCloseTo(2 * end, within(1e-9));
        assertThat(score.bitsPerCharacterWithoutEnds()).isCloseTo((bits - end) / 2, within(1e-9));
        assertThat(score.bitsPerCharacter()).isCloseTo(bits / 2, within(1e-9));
        assertThat(score.bitsPerByte()).isCloseTo(bits / 7, within(1e-9));
    }

    @Test
    void longerContextsPredictBetter() {
        // a text in which the last two symbols decide the next
        var texts = IntStream.range(0, 40).mapToObj(i -> walk(new Random(i))).toList();
        var held = List.of(walk(new Random(41)), walk(new Random(42)));
        double[] bits = IntStream.rangeClosed(1, 3)
                .mapToDouble(order -> train(order, texts).score(documents(held)).bitsPerCharacter())
                .toArray();
        assertThat(bits[2]).isLessThan(0.5 * Math.min(bits[0], bits[1]));
    }

    @Test
    void refusesWhatCannotBeTrained() {
        assertThatThrownBy(() -> train(0, List.of("春"))).hasMessageContaining("order 0");
        assertThatThrownBy(() -> train(3, List.of())).hasMessageContaining("at least one document");
    }

    private static NgramModel train(int order, List<String> texts) {
        return NgramModel.train(order, documents(texts));
    }

    private static Stream<Document> documents(List<String> texts) {
        return texts.stream().map(Document::new);
    }

    private static List<String> texts(Random random, int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> text(random, 1 + random.nextInt(12)))
                .toList();
    }

    /** Letters of which the first are the most frequent. */
    private static String text(Random random, int length) {
        int[] letters = LETTERS.codePoints().toArray();
        return random.ints(length, 0, letters.length * letters.length)
                .map(i -> letters[letters.length - 1 - (int) Math.sqrt(i)])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String walk(Random random) {
        var text = new StringBuilder("01");
        while (text.length() < 300) {
            int next = text.charAt(text.length() - 1) + 3 * text.charAt(text.length() - 2) + random.nextInt(20) / 19;
            text.append((char) ('0' + next % 10));
        }
        return text.toString();
    }
}
