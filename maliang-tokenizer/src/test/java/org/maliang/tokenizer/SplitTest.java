package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The scanners in Java cut where the Rust library cuts by the JSON they write. */
class SplitTest {
    /** One of every kind of character that the patterns tell apart, often enough to meet each other. */
    private static final String CHARACTERS =
            "  \t\n\r\f\u000b\u0085\u00a0\u2003\u2028\u3000'stred,!<|>x09_-^~`$+=ABéßжאعहि\u0301①Ⅷ½٣，。「」…—々〇明月龘𠀀かな한😀\u200d\ufe0f\u0000\u001c\ufeff";

    private static final Pair GPT2 = Pair.of(new Gpt2Split());
    private static final Pair TOGETHER = Pair.of(CharacterSplit.hanTogether());
    private static final Pair ALONE = Pair.of(CharacterSplit.hanAlone());

    @Provide
    static Arbitrary<String> texts() {
        Integer[] codePoints = CHARACTERS.codePoints().boxed().toArray(Integer[]::new);
        Arbitrary<String> characters = Arbitraries.of(codePoints).map(Character::toString);
        return characters.list().ofMaxSize(12).map(list -> String.join("", list));
    }

    @Property(tries = 3000)
    void gpt2(@ForAll("texts") String text) {
        GPT2.check(text);
    }

    @Property(tries = 3000)
    void hanAlone(@ForAll("texts") String text) {
        ALONE.check(text);
    }

    @Property(tries = 3000)
    void hanTogether(@ForAll("texts") String text) {
        TOGETHER.check(text);
    }

    @Example
    void contractionsAndBlanks() {
        assertThat(pieces(new Gpt2Split(), "it's  a b'll '' \n\n x"))
                .containsExactly("it", "'s", " ", " a", " b", "'ll", " ''", " \n\n", " x");
        assertThat(pieces(CharacterSplit.hanAlone(), "明月  the x1，\n"))
                .containsExactly("明", "月", " ", " the", " x", "1", "，", "\n");
    }

    private static List<String> pieces(PreTokenizer split, String text) {
        List<String> pieces = new ArrayList<>();
        split.split(text, (whole, start, end) -> pieces.add(whole.substring(start, end)));
        return pieces;
    }

    /** A cut beside a tokenizer that gives one id for each piece. */
    private record Pair(PreTokenizer split, Tokenizer counter) {

        static Pair of(PreTokenizer split) {
            ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
            json.set("pre_tokenizer", split.json());
            ObjectNode model = json.putObject("model").put("type", "WordLevel").put("unk_token", "?");
            model.putObject("vocab").put("?", 0);
            try {
                Path file = Files.createTempFile("split", ".json");
                Files.writeString(file, json.toString());
                Tokenizer counter = Tokenizer.load(file);
                Files.delete(file);
                return new Pair(split, counter);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void check(String text) {
            List<String> pieces = pieces(split, text);
            assertThat(String.join("", pieces)).isEqualTo(text);
            assertThat(counter.encode(text)).as("%s", pieces).hasSize(pieces.size());
        }
    }
}
