package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the trainer, any text comes back, and any ids give the same text at once and piece by piece. */
class RoundTripTest {
    private static final String SURROGATES = "[\\ud800-\\udfff]";
    private static final String SPECIAL = "<|endoftext|>";

    @Provide
    static Arbitrary<Tokenizer> tokenizers() {
        return Arbitraries.of(List.of(Trained.BYTES, Trained.CHARACTERS, Trained.UNIGRAM));
    }

    /** Words of the training text, marks of the formats, and any character at all. */
    @Provide
    static Arbitrary<String> texts() {
        Arbitrary<String> known = Arbitraries.of(
                "明月", "床前明月光", "，", " the moon", "don't", "  ", "\r\n", "😀", "▁", "Ġ", "<0x41>", "<unk>");
        Arbitrary<String> any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString);
        Arbitrary<String> near = Arbitraries.integers().between(0, 0x2FF).map(Character::toString);
        return Arbitraries.oneOf(known, any, near).list().ofMaxSize(20).map(parts -> String.join("", parts));
    }

    @Property(tries = 1000)
    void textComesBack(@ForAll("tokenizers") Tokenizer tokenizer, @ForAll("texts") String text) {
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(Trained.streamed(tokenizer, ids)).isEqualTo(text);
    }

    @Property(tries = 1000)
    void everyPieceOfAStreamIsWhole(@ForAll("tokenizers") Tokenizer tokenizer, @ForAll int[] any) {
        int[] ids = IntStream.of(any)
                .map(i -> Math.floorMod(i, tokenizer.vocabularySize()))
                .toArray();
        TextStream stream = tokenizer.stream();
        var text = new StringBuilder();
        for (int id : ids) {
            String piece = stream.push(id);
            assertThat(piece).doesNotContain("\uFFFD").doesNotContainPattern(SURROGATES);
            text.append(piece);
        }
        assertThat(text.append(stream.flush()).toString()).isEqualTo(tokenizer.decode(ids));
    }

    @Example
    void everyCharacterComesBack() {
        String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .filter(c -> c < 0x3000 || c % 17 == 0)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        for (Tokenizer tokenizer : List.of(Trained.BYTES, Trained.CHARACTERS, Trained.UNIGRAM)) {
            assertThat(tokenizer.decode(tokenizer.encode(all))).isEqualTo(all);
        }
    }

    @Example
    void nothingIsUnknown() {
        assertThat(Trained.UNIGRAM.tokens(Trained.UNIGRAM.encode("龘𠀀\u0000")))
                .doesNotContain("<unk>")
                .hasSize(3 + 4 + 1);
    }

    @Example
    void brokenCharactersAreDropped() {
        Tokenizer tokenizer = Trained.CHARACTERS;
        int half = tokenizer.id("<0xE6>").orElseThrow();
        int moon = tokenizer.id("月").orElseThrow();
        int end = tokenizer.id(SPECIAL).orElseThrow();
        assertThat(tokenizer.decode(new int[] {half, moon, half, half})).isEqualTo("月");
        assertThat(tokenizer.decode(new int[] {half, end, moon}, true)).isEqualTo(SPECIAL + "月");
    }

    @Example
    void aStreamStartsAfreshAfterFlush() {
        TextStream stream = Trained.CHARACTERS.stream();
        assertThat(stream.push(Trained.CHARACTERS.id("<0xE6>").orElseThrow())).isEmpty();
        assertThat(stream.flush()).isEmpty();
        assertThat(stream.push(Trained.CHARACTERS.id("月").orElseThrow())).isEqualTo("月");
    }
}
