package org.maliang.tokenizer.jieba;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What Python's jieba 0.42.1 gives; many more texts are in the golden files of CPM. */
class JiebaSegmenterTest {
    private static final JiebaSegmenter JIEBA = JiebaSegmenter.standard();

    @Example
    void wordsOfTheDictionary() {
        assertThat(JIEBA.cut("我来到北京清华大学")).containsExactly("我", "来到", "北京", "清华大学");
        assertThat(JIEBA.cut("吉林")).containsExactly("吉林"); // Jilin, missing in the table of the jar
        assertThat(JIEBA.cut("")).isEmpty();
    }

    @Example
    void namesThatNoDictionaryHas() {
        assertThat(JIEBA.cut("他来到了网易杭研大厦")).containsExactly("他", "来到", "了", "网易", "杭研", "大厦");
    }

    @Example
    void everythingElse() {
        assertThat(JIEBA.cut("3.14% C++ a-b\r\n\n  。。😀𠮷"))
                .containsExactly("3.14%", " ", "C++", " ", "a", "-", "b", "\r\n", "\n", " ", " ", "。", "。", "😀", "𠮷");
    }

    @Provide
    static Arbitrary<String> texts() {
        Arbitrary<String> known =
                Arbitraries.of("中国", "的", "研究生命", "3.5", "C++", "\r\n", " ", "-", "😀", "abc", "％", "。", "鿕鿖");
        Arbitrary<String> han = Arbitraries.integers().between(0x4E00, 0x9FFF).map(Character::toString);
        return Arbitraries.oneOf(known, han).list().ofMaxSize(30).map(parts -> String.join("", parts));
    }

    @Property(tries = 2000)
    void wordsMakeUpTheText(@ForAll("texts") String text) {
        List<String> words = JIEBA.cut(text);
        assertThat(String.join("", words)).isEqualTo(text);
        assertThat(words).doesNotContain("");
    }

    @Example
    void longTextsTakeTimeInProportion() {
        String text = "研究生命的起源汉字".repeat(1 << 17);
        assertThat(String.join("", JIEBA.cut(text))).isEqualTo(text);
    }
}
