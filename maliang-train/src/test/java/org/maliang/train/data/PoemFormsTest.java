package org.maliang.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoemFormsTest {
    private static Document document(String source, String text) {
        var meta = new ObjectMapper().createObjectNode();
        meta.putObject("meta").put("source", source);
        return new Document(text, meta);
    }

    @Test
    void keepsTheRawTextAndAddsTheMarkedOne() {
        var couplet = document("couplets-lvshi", "绮殿千寻起\t离宫百雉余");
        assertThat(DocumentTransform.named("poem-forms").apply(couplet).map(Document::text))
                .containsExactly("绮殿千寻起\t离宫百雉余", "<|对联|>绮殿千寻起\n离宫百雉余");
    }

    @Test
    void keepsWhatItDoesNotRecognise() {
        var prose = document("other", "随便写的一段文字。");
        assertThat(new PoemForms(0).apply(prose)).containsExactly(prose);
    }

    @Test
    void rawShareIsTheShareOfPoemsWithRawText() {
        var forms = new PoemForms(0.25);
        long documents = IntStream.range(0, 4000)
                .mapToObj(i -> document("couplets-lvshi", Character.toString(0x4e00 + i) + "\t" + "山"))
                .flatMap(forms::apply)
                .count();
        assertThat(documents).isBetween(4800L, 5200L);
    }
}
