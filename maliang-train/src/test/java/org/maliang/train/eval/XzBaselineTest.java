package org.maliang.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.maliang.train.data.Document;

class XzBaselineTest {
    @Test
    void countsTheWholeFile() {
        // printf '春江花月夜\n春江花月夜\n' | xz -9e | wc -c
        var score = XzBaseline.score(documents("春江花月夜", "春江花月夜"));
        assertThat(score).isEqualTo(new CodeLength(8 * 84, 0, 2, 10, 30));
    }

    @Test
    void knowsTheTrainingTextWhenItIsGiven() {
        String text = "春江潮水连海平，海上明月共潮生。滟滟随波千万里，何处春江无月明！";
        double plain = XzBaseline.score(documents(text)).bits();
        double after =
                XzBaseline.scoreAfter(documents("白日依山尽", text), documents(text)).bits();
        assertThat(after).isLessThan(plain / 2);
    }

    private static Stream<Document> documents(String... texts) {
        return Stream.of(texts).map(Document::new);
    }
}
