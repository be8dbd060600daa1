package org.maliang.model.generate.constraint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.TokenTexts;

/** Constraints over vocabularies that are listed here. */
class ConstraintCompilerTest {

    private static final OptionalInt END = OptionalInt.of(0);

    @Test
    void allowsExactlyTheTokensThatLeadOn() {
        TokenTexts texts = same("", "a", "b", "ab", "aba", "ba", "bb", "春", "春a");
        Constraint constraint = compile("(ab)*春?", texts);
        Constraint.State start = constraint.start();
        assertThat(start.allowed().stream()).containsExactly(0, 1, 3, 4, 7);
        assertThat(start.finished()).isFalse();
        Constraint.State after = start.next(4);
        assertThat(after.allowed().stream()).containsExactly(2, 5);
        assertThat(after.next(5).allowed())
                .isEqualTo(after.allowed())
                .isSameAs(after.next(5).allowed());
        assertThat(start.next(7).finished()).isTrue();
        assertThat(start.next(0).finished()).isTrue();
        assertThatThrownBy(() -> start.next(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void halfCharactersAreTakenOnlyWhereTheyCanBeCompleted() {
        List<byte[]> whole =
                Stream.of("", "春", "a").map(text -> text.getBytes(UTF_8)).toList();
        byte[] half = {(byte) 0xE6, (byte) 0x98};
        List<byte[]> some = new ArrayList<>(whole);
        some.add(half);
        Constraint.State cautious =
                compile("[春a]", new TokenTexts(some, some, END)).start();
        assertThat(cautious.allowed().stream()).containsExactly(1, 2);
        IntStream.rangeClosed(0x80, 0xBF).forEach(value -> some.add(new byte[] {(byte) value}));
        Constraint.State completing =
                compile("[春a]", new TokenTexts(some, some, END)).start();
        assertThat(completing.allowed().stream()).containsExactly(1, 2, 3);
        assertThat(completing.next(3).allowed().stream()).containsExactly(4 + 0x25);
        assertThat(completing.next(3).next(4 + 0x25).finished()).isTrue();
    }

    @Test
    void tokensMayBeginTextsInAnotherWay() {
        List<byte[]> first = same("", "a", "b", "a").first();
        List<byte[]> later = same("", " a", "b", "a").later();
        Constraint.State start =
                compile("ab?(ba)?", new TokenTexts(first, later, END)).start();
        assertThat(start.allowed().stream()).containsExactly(1, 3);
        assertThat(start.next(1).allowed().stream()).containsExactly(0, 2);
        assertThat(start.next(1).next(2).allowed().stream()).containsExactly(0, 2, 3);
    }

    @Test
    void withoutATokenThatEndsTextsOnlyWhatIsClosedEnds() {
        TokenTexts texts = new TokenTexts(same("a", "b").first(), same("a", "b").first(), OptionalInt.empty());
        Constraint.State start = compile("a*b", texts).start();
        assertThat(start.next(0).finished()).isFalse();
        assertThat(start.next(0).allowed().stream()).containsExactly(0, 1);
        assertThat(start.next(0).next(1).finished()).isTrue();
    }

    @Test
    void noWalkComesToADeadEnd() {
        TokenTexts texts = same(
                "", "a", "b", "ca", "{", "}", "[", "]", "\"", ":", ",", "1", "-", "e", "nul", "n", "u", "l", "\":",
                "],");
        for (Grammar grammar : List.of(Grammar.regex("(a|bc|ca(b|d)*){2,}"), Grammar.json())) {
            Constraint constraint = new ConstraintCompiler(texts).compile(grammar);
            for (int seed = 0; seed < 200; seed++) {
                var random = new Random(seed);
                Constraint.State state = constraint.start();
                for (int i = 0; i < 60 && !state.finished(); i++) {
                    int[] open = state.allowed().stream().toArray();
                    assertThat(open).isNotEmpty();
                    state = state.next(open[random.nextInt(open.length)]);
                }
            }
        }
    }

    @Test
    void whatCannotBeWrittenIsSaidBefore() {
        TokenTexts texts = same("", "a", "b", "春");
        refused(Grammar.regex("a[秋冬]"), texts, "cannot spell");
        refused(Grammar.regex("(a|秋)b秋"), texts, "no '秋'");
        refused(Grammar.choice(List.of("a", "秋")), texts, "no '秋'");
        refused(Grammar.regex("a[^\\d\\D]"), texts, "no text fits");
        assertThat(compile("a|秋", texts).start().allowed().stream()).containsExactly(1);
        List<byte[]> nothing =
                Stream.of("", "", "", "").map(text -> text.getBytes(UTF_8)).toList();
        refused(Grammar.regex("a"), new TokenTexts(nothing, texts.later(), END), "begins such a text");
        assertThatThrownBy(() -> Grammar.choice(List.of())).hasMessageContaining("at least one");
        assertThatThrownBy(() -> Grammar.choice(List.of("a", ""))).hasMessageContaining("empty");
    }

    /** So large that what was found out does not fit into memory all at once. */
    @Test
    void forgetsAndFindsOutAgain() {
        TokenTexts texts = same("", "a", "b", "aa", "ab");
        Constraint constraint = compile("[ab]*a[ab]{15}", texts);
        var random = new Random(5);
        for (int text = 0; text < 30; text++) {
            var written = new StringBuilder();
            Constraint.State state = constraint.start();
            for (int i = 0; i < 3000; i++) {
                assertThat(state.allowed().get(0))
                        .isEqualTo(written.length() > 15 && written.charAt(written.length() - 16) == 'a');
                int token = 1 + random.nextInt(4);
                written.append(new String(texts.later().get(token), UTF_8));
                state = state.next(token);
            }
        }
    }

    private static void refused(Grammar grammar, TokenTexts texts, String why) {
        assertThatThrownBy(() -> new ConstraintCompiler(texts).compile(grammar))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Constraint compile(String regex, TokenTexts texts) {
        return new ConstraintCompiler(texts).compile(Grammar.regex(regex));
    }

    private static TokenTexts same(String... texts) {
        List<byte[]> bytes = Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
        return new TokenTexts(bytes, bytes, END);
    }
}
