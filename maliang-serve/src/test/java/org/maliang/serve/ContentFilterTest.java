package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentFilterTest {

    @Test
    void findsAWordAnywhere() {
        ContentFilter filter = ContentFilter.of(List.of("禁词", "badword"));
        assertThat(filter.hit("这里有禁词。")).contains("禁词");
        assertThat(filter.hit("这里有禁，词。")).isEmpty();
        assertThat(filter.hit("")).isEmpty();
    }

    @Test
    void takesLargeSmallAndFullWidthLettersAsAlike() {
        ContentFilter filter = ContentFilter.of(List.of("BadWord"));
        assertThat(filter.hit("a bADwORD!")).contains("BadWord");
        assertThat(filter.hit("ｂａｄｗｏｒｄ")).contains("BadWord");
    }

    @Test
    void findsAWordInsideTheBeginningOfALongerOne() {
        assertThat(ContentFilter.of(List.of("甲乙丙丁", "乙丙")).hit("甲乙丙戊")).contains("乙丙");
    }

    @Test
    void readsAListWithoutCommentsAndBlanks(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("words.txt");
        Files.writeString(file, "# a comment\n\n  禁词 \n#禁\n");
        ContentFilter filter = ContentFilter.read(file);
        assertThat(filter.hit("禁词")).contains("禁词");
        assertThat(filter.hit("# a comment 禁")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAList(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("words.txt");
        assertThatThrownBy(() -> ContentFilter.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("words.txt: the word list cannot be read");
        Files.write(file, "禁词".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> ContentFilter.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void holdsBackWhatMayBecomeAWord() {
        ContentFilter.Screen screen = ContentFilter.of(List.of("禁词")).screen();
        assertThat(screen.show("春风禁")).isEqualTo("春风");
        assertThat(screen.show("止")).isEqualTo("禁止");
        assertThat(screen.show("，禁")).isEqualTo("，");
        assertThat(screen.show("词之后")).isEmpty();
        assertThat(screen.hit()).contains("禁词");
        assertThat(screen.show("还有")).isEmpty();
        assertThat(screen.rest()).isEmpty();
    }

    @Test
    void givesTheRestAtTheEnd() {
        ContentFilter.Screen screen = ContentFilter.of(List.of("禁词")).screen();
        assertThat(screen.show("春风禁") + screen.rest()).isEqualTo("春风禁");
    }

    /** The slow way: look for every word at every place, and show what lies before the one that ends first. */
    private static String before(String text, List<String> words) {
        for (int end = 1; end <= text.length(); end++) {
            String upTo = text.substring(0, end);
            Optional<Integer> longest =
                    words.stream().filter(upTo::endsWith).map(String::length).max(Integer::compare);
            if (longest.isPresent()) {
                return text.substring(0, end - longest.get());
            }
        }
        return text;
    }

    @Property
    void showsTheSameHoweverATextIsCut(
            @ForAll @Size(min = 1, max = 4) List<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 4) String> words,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 30) String text,
            @ForAll @IntRange(min = 1, max = 5) int size) {
        ContentFilter.Screen screen = ContentFilter.of(words).screen();
        StringBuilder shown = new StringBuilder();
        for (int at = 0; at < text.length(); at += size) {
            shown.append(screen.show(text.substring(at, Math.min(text.length(), at + size))));
            assertThat(words).noneMatch(word -> shown.indexOf(word) >= 0);
        }
        assertThat(shown + screen.rest()).isEqualTo(before(text, words));
    }
}
