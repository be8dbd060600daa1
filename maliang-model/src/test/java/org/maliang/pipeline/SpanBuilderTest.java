package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpanBuilderTest {

    /** Spans as {@code type:start-end:text}; every char of the text is a token. */
    private static List<String> spans(String text, String... labels) {
        SpanBuilder builder = new SpanBuilder(text);
        for (int i = 0; i < labels.length; i++) {
            builder.add(labels[i], i, i + 1, false);
        }
        return builder.spans().stream()
                .map(span -> span.type() + ":" + span.start() + "-" + span.end() + ":" + span.span())
                .toList();
    }

    @Test
    void beginningsPartNeighboursOfOneType() {
        assertThat(spans("李白杜甫游长安", "B-PER", "I-PER", "B-PER", "I-PER", "O", "B-LOC", "I-LOC"))
                .containsExactly("PER:0-2:李白", "PER:2-4:杜甫", "LOC:5-7:长安");
    }

    @Test
    void endsCloseAndSinglesStandAlone() {
        assertThat(spans("李太白在京", "B-PER", "I-PER", "E-PER", "O", "S-LOC")).containsExactly("PER:0-3:李太白", "LOC:4-5:京");
        assertThat(spans("甲乙丙", "S-X", "S-X", "I-X")).containsExactly("X:0-1:甲", "X:1-2:乙", "X:2-3:丙");
    }

    @Test
    void partsMayBeginInTheMiddleOrChangeTheirType() {
        assertThat(spans("甲乙丙丁", "I-X", "I-X", "I-Y", "O")).containsExactly("X:0-2:甲乙", "Y:2-3:丙");
        assertThat(spans("甲乙丙", "B-X", "E-X", "I-X")).containsExactly("X:0-2:甲乙", "X:2-3:丙");
    }

    @Test
    void marksNeedNoTypesAndTypesNoMarks() {
        assertThat(spans("春眠不觉晓", "B", "E", "B", "M", "E")).containsExactly(":0-2:春眠", ":2-5:不觉晓");
        assertThat(spans("春眠不", "NN", "NN", "AD")).containsExactly("NN:0-2:春眠", "AD:2-3:不");
    }

    @Test
    void piecesOfAWordShareItsLabelAndBlanksAreNoPart() {
        SpanBuilder builder = new SpanBuilder("in Beijing now");
        builder.add("O", 0, 2, false);
        builder.add("B-LOC", 2, 6, false);
        builder.add("O", 6, 10, true);
        builder.add("O", 10, 14, false);
        assertThat(builder.spans()).containsExactly(new Spans.Span("LOC", 3, 10, "Beijing"));
        SpanBuilder outside = new SpanBuilder("xy");
        outside.add("O", 0, 1, false);
        outside.add("B-LOC", 1, 2, true);
        assertThat(outside.spans()).isEmpty();
    }
}
