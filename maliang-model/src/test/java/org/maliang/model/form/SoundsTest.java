package org.maliang.model.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SoundsTest {
    private static final Sounds SOUNDS = Sounds.CORPUS;

    @Test
    void knowsRhymesAndTones() {
        assertThat(SOUNDS.rhymes('东') & SOUNDS.rhymes('风')).isNotZero();
        assertThat(SOUNDS.rhymes('东') & SOUNDS.rhymes('山')).isZero();
        assertThat(SOUNDS.rhymes('月')).isZero();
        assertThat(SOUNDS.tone('春')).isEqualTo(Tone.LEVEL);
        assertThat(SOUNDS.tone('月')).isEqualTo(Tone.OBLIQUE);
        assertThat(SOUNDS.tone('看')).isEqualTo(Tone.EITHER);
        assertThat(SOUNDS.tone('𠮷')).isEqualTo(Tone.EITHER);
    }

    @Test
    void agreesWithHeldOutVerse() {
        List<List<String>> poems = heldOut();
        long rhyming = poems.stream().filter(poem -> rhymes(ends(poem))).count();
        assertThat((double) rhyming / poems.size()).isGreaterThan(0.88);
        Random random = new Random(1);
        long chance = poems.stream()
                .filter(poem -> {
                    List<Integer> ends = new ArrayList<>(ends(poem));
                    ends.set(
                            ends.size() - 1,
                            ends(poems.get(random.nextInt(poems.size()))).get(0));
                    return rhymes(ends);
                })
                .count();
        assertThat((double) chance / poems.size()).isLessThan(0.1);
        assertThat(poems.stream().mapToDouble(SoundsTest::wrongTones).average().orElseThrow())
                .isLessThan(0.06);
    }

    private static List<List<String>> heldOut() {
        assumeThat(VerseCorpus.directory()).isPresent();
        List<List<String>> poems = new ArrayList<>();
        for (String name : List.of("poem-tang.valid", "poem-song.valid")) {
            try (Stream<Poem> verse = VerseCorpus.poems(VerseCorpus.directory().orElseThrow(), name)) {
                verse.filter(poem -> poem.form().isRegulated())
                        .map(poem -> List.of(poem.body().split("[，。\n]+")))
                        .forEach(poems::add);
            }
        }
        return poems;
    }

    private static List<Integer> ends(List<String> clauses) {
        return IntStream.range(0, clauses.size() / 2)
                .map(i -> clauses.get(2 * i + 1)
                        .codePointBefore(clauses.get(2 * i + 1).length()))
                .boxed()
                .toList();
    }

    private static boolean rhymes(List<Integer> ends) {
        return ends.stream().mapToLong(SOUNDS::rhymes).reduce(-1, (a, b) -> a & b) != 0;
    }

    /** Share of places under the metre that have the wrong tone. */
    private static double wrongTones(List<String> clauses) {
        int[] wrong = new int[2]; // if the first tone is level, if it is oblique
        int places = 0;
        for (int i = 0; i < clauses.size(); i++) {
            int[] clause = clauses.get(i).codePoints().toArray();
            for (int at = 1; at < clause.length - 1; at += 2) {
                Tone tone = RegulatedVerse.turns(i, at) ? Tone.OBLIQUE : Tone.LEVEL;
                wrong[0] += SOUNDS.canBe(tone, clause[at]) ? 0 : 1;
                wrong[1] += SOUNDS.canBe(tone.opposite(), clause[at]) ? 0 : 1;
                places++;
            }
        }
        return (double) Math.min(wrong[0], wrong[1]) / places;
    }
}
