package org.maliang.model.generate.constraint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RegexTest {

    private static final String[] CHARACTERS = {
        "a",
        "b",
        "Z",
        "0",
        "7",
        "_",
        " ",
        "\t",
        "\n",
        "-",
        "é",
        "\u0085",
        "\u07FF",
        "\u0800",
        "春",
        "秋",
        "\uFFFD",
        "😀",
        "\uDBFF\uDFFF"
    };

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void matchesWhatJavaMatches(@ForAll("regexes") String regex, @ForAll("strings") List<String> strings) {
        Pattern pattern = Pattern.compile(regex);
        Automaton automaton = automaton(Grammar.regex(regex));
        for (String string : strings) {
            assertThat(accepts(automaton, string))
                    .as("'%s' of '%s'", regex, string)
                    .isEqualTo(pattern.matcher(string).matches());
        }
    }

    /** What Java matches after some random walk through the automaton is found, too, so that there are enough matches. */
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void whatItAcceptsJavaMatches(@ForAll("regexes") String regex, @ForAll long seed) {
        Automaton automaton = automaton(Grammar.regex(regex));
        var random = new Random(seed);
        Automaton.Place place = automaton.start();
        var text = new StringBuilder();
        for (int i = 0; i < 12 && !place.isDead(); i++) {
            if (place.accepting()) {
                assertThat(text.toString()).matches(Pattern.compile(regex));
            }
            Automaton.Place from = place;
            List<String> open = List.of(CHARACTERS).stream()
                    .filter(character ->
                            !automaton.step(from, character.getBytes(UTF_8)).isDead())
                    .toList();
            if (open.isEmpty()) {
                return;
            }
            String next = open.get(random.nextInt(open.size()));
            text.append(next);
            place = automaton.step(place, next.getBytes(UTF_8));
        }
    }

    @Provide
    Arbitrary<List<String>> strings() {
        return Arbitraries.of(CHARACTERS)
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts))
                .list()
                .ofSize(20);
    }

    @Provide
    Arbitrary<String> regexes() {
        Arbitrary<String> literal = Arbitraries.of(
                "a",
                "b",
                "Z",
                "0",
                "_",
                " ",
                "é",
                "春",
                "秋",
                "😀",
                "\\.",
                "\\-",
                "\\n",
                "\\t",
                "\\x61",
                "\\u6625",
                "\\x{1F600}");
        Arbitrary<String> escape =
                Arbitraries.of("\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\p{IsHan}", "\\P{L}", "\\p{Lu}", "\\p{C}");
        Arbitrary<String> range =
                Arbitraries.of("a-z", "0-5", "\\x00-\\x7f", "春-秋", "\u0800-\uFFFD", "😀-\uDBFF\uDFFF");
        Arbitrary<String> set = Combinators.combine(
                        Arbitraries.of("", "^"),
                        Arbitraries.oneOf(literal, escape, range)
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(3))
                .as((not, members) -> "[" + not + String.join("", members) + "]");
        Arbitrary<String> atom = Arbitraries.frequencyOf(
                Tuple.of(4, literal), Tuple.of(1, escape), Tuple.of(2, set), Tuple.of(1, Arbitraries.of(".")));
        return Arbitraries.recursive(() -> atom, RegexTest::larger, 0, 4);
    }

    private static Arbitrary<String> larger(Arbitrary<String> smaller) {
        Arbitrary<String> group = smaller.flatMap(inner -> Arbitraries.of("(" + inner + ")", "(?:" + inner + ")"));
        Arbitrary<String> quantified = Combinators.combine(
                        group, Arbitraries.of("*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{0}", "{3,5}"))
                .as(String::concat);
        Arbitrary<String> alternatives = smaller.list()
                .ofMinSize(2)
                .ofMaxSize(3)
                .map(branches -> branches.stream().collect(Collectors.joining("|", "(", ")")));
        Arbitrary<String> sequence = Combinators.combine(smaller, smaller).as((a, b) -> "(" + a + ")" + "(" + b + "|)");
        return Arbitraries.oneOf(smaller, quantified, alternatives, sequence);
    }

    private static Automaton automaton(Grammar grammar) {
        var network = new Network(grammar);
        return new Automaton(network, network.alive(CharClass.ALL));
    }

    static boolean accepts(Automaton automaton, String text) {
        return automaton.step(automaton.start(), text.getBytes(UTF_8)).accepting();
    }

    @Example
    void saysWhatItCannotDo() {
        for (String wrong : List.of(
                "a(",
                "a)",
                "[a",
                "[]",
                "[z-a]",
                "a**",
                "*",
                "a{3,1}",
                "a{,2}",
                "a{99999}",
                "\\1",
                "\\b",
                "(?=a)",
                "(?<n>a)",
                "[a&&b]",
                "[[a]]",
                "a$b",
                "\\",
                "\\p{Nowhere}",
                "\\x4",
                "a++",
                "[\\d-z]",
                "]",
                "}")) {
            assertThatThrownBy(() -> Grammar.regex(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong)
                    .hasMessageContaining("at character");
        }
        assertThatThrownBy(() -> automaton(Grammar.regex("(a{1000}){2000}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fewer repetitions");
    }
}
