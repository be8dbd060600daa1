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
    void aPoemIsEitherMarkedOrAsItStands() {
        var forms = DocumentTransform.named("poem-forms");
        var texts = IntStream.range(0, 1000)
                .mapToObj(i -> document("couplets-lvshi", Character.toString(0x4e00 + i) + "\t" + "山"))
                .flatMap(forms::apply)
                .map(Document::text)
                .toList();
        assertThat(texts).hasSize(1000);
        assertThat(texts.stream().filter(text -> text.startsWith("<|对联|>")).count())
                .isBetween(350L, 450L);
        assertThat(texts).anySatisfy(text -> assertThat(text).matches("<\\|对联\\|>.\\n山"));
        assertThat(texts).anySatisfy(text -> assertThat(text).matches(".\t山"));
    }

    @Test
    void keepsWhatItDoesNotRecognise() {
        var prose = document("other", "随便写的一段文字。");
        assertThat(new PoemForms().apply(prose)).containsExactly(prose);
    }

    @Test
    void someRegulatedPoemsLendTheirCouplets() {
        String verse = "\n某人\n国破山河在，城春草木深。\n感时花溅泪，恨别鸟惊心。\n烽火连三月，家书抵万金。\n白头搔更短，浑欲不胜簪。";
        var texts = IntStream.range(0, 1000)
                .mapToObj(i -> document("poem-tang", Character.toString(0x4e00 + i) + "望" + verse))
                .flatMap(new PoemForms()::apply)
                .map(Document::text)
                .toList();
        assertThat(texts.stream().filter(text -> text.startsWith("<|五言律诗|>")).count())
                .isBetween(340L, 460L);
        long couplets = texts.stream().filter("<|对联|>感时花溅泪\n恨别鸟惊心"::equals).count();
        assertThat(couplets).isBetween(60L, 140L);
        assertThat(texts.stream().filter("<|对联|>烽火连三月\n家书抵万金"::equals).count()).isEqualTo(couplets);
    }
}
