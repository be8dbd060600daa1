package org.maliang.model.form;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the resources {@code rhymes.txt} and {@code tones.txt} from the regulated verse of the training corpora alone:
 * which characters rhyme with each other, and which are level or oblique.
 *
 * <p>Rhymes are a mixture of unigram distributions over the characters that close even clauses of one poem, fitted by
 * expectation maximisation from the 30 characters that name the level rhymes of 平水韵, with one more component for
 * oblique rhymes. Tones follow from the metre: the tones of the 2nd, 4th and 6th characters of all clauses of a poem are
 * known up to one bit a poem, so tones and bits are fitted in turn, from what closes odd and even clauses.
 *
 * <p>After {@code ./mvnw package}, in the root of the repository:
 *
 * <pre>{@code
 * java -cp 'maliang-model/target/classes:maliang-model/target/test-classes:maliang-cli/target/lib/*' \
 *     org.maliang.model.form.DeriveSounds
 * }</pre>
 */
final class DeriveSounds {
    private static final Path RESOURCES = Path.of("maliang-model/src/main/resources/org/maliang/model/form");
    private static final String NAMES = "东冬江支微鱼虞齐佳灰真文元寒删先萧肴豪歌麻阳庚青蒸尤侵覃盐咸";
    private static final int OBLIQUE = NAMES.length(); // the component of all other rhymes
    private static final int COMPONENTS = NAMES.length() + 1;

    private final List<List<String>> poems = new ArrayList<>(); // clauses
    private final List<Integer> characters = new ArrayList<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();

    private DeriveSounds() {}

    public static void main(String[] args) throws IOException {
        Path corpora = VerseCorpus.directory().orElseThrow();
        var derivation = new DeriveSounds();
        for (String name : List.of("poem-tang", "poem-song", "poem-dynasties")) {
            try (Stream<Poem> verse = VerseCorpus.poems(corpora, name)) {
                verse.filter(poem -> poem.form().isRegulated())
                        .map(poem -> List.of(poem.body().split("[，。\n]+")))
                        .forEach(derivation.poems::add);
            }
        }
        derivation.poems.forEach(
                clauses -> clauses.forEach(clause -> clause.codePoints().forEach(derivation::number)));
        derivation.rhymes();
        derivation.tones();
    }

    private int number(int character) {
        return numbers.computeIfAbsent(character, added -> {
            characters.add(added);
            return characters.size() - 1;
        });
    }

    private void rhymes() throws IOException {
        int[][] ends = poems.stream()
                .map(clauses -> IntStream.range(0, clauses.size() / 2)
                        .map(i -> number(last(clauses.get(2 * i + 1))))
                        .toArray())
                .toArray(int[][]::new);
        int size = characters.size();
        double[] all = new double[size];
        Arrays.stream(ends).flatMapToInt(Arrays::stream).forEach(end -> all[end]++);
        double[][] counts = new double[COMPONENTS][size];
        Arrays.setAll(counts, z -> z == OBLIQUE ? all.clone() : company(NAMES.charAt(z), ends, size));
        double[] weights = new double[COMPONENTS];
        Arrays.fill(weights, 1.0 / COMPONENTS);
        for (int round = 0; round < 40; round++) {
            counts = expect(ends, counts, weights, all);
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Level rhymes, named as 平水韵 names them, found in the regulated verse of the training corpora; written by");
        lines.add("# DeriveSounds. One rhyme a line, its most frequent characters first.");
        for (int z = 0; z < OBLIQUE; z++) {
            double[] count = counts[z];
            double[] oblique = counts[OBLIQUE];
            StringBuilder line = new StringBuilder().append(NAMES.charAt(z)).append(' ');
            IntStream.range(0, size)
                    .filter(c -> count[c] >= Math.max(3, 0.05 * all[c]) && oblique[c] < 0.7 * all[c] && all[c] >= 5)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> -count[c]))
                    .forEach(c -> line.appendCodePoint(characters.get(c)));
            lines.add(line.toString());
        }
        Files.write(RESOURCES.resolve("rhymes.txt"), lines);
    }

    /** How often characters rhyme with the name of a rhyme. */
    private double[] company(int name, int[][] ends, int size) {
        int head = number(name);
        double[] company = new double[size];
        Arrays.stream(ends)
                .filter(poem -> Arrays.stream(poem).anyMatch(end -> end == head))
                .flatMapToInt(Arrays::stream)
                .forEach(end -> company[end]++);
        return company;
    }

    /** One round: how often each character closes a clause in each component; updates the weights in place. */
    private static double[][] expect(int[][] ends, double[][] counts, double[] weights, double[] all) {
        int size = all.length;
        double total = Arrays.stream(all).sum();
        double[][] logs = new double[COMPONENTS][size];
        for (int z = 0; z < COMPONENTS; z++) {
            double sum = Arrays.stream(counts[z]).sum();
            for (int c = 0; c < size; c++) {
                logs[z][c] = Math.log(counts[z][c] / sum + 1e-7 * all[c] / total + 1e-9);
            }
        }
        double[][] next = new double[COMPONENTS][size];
        double[] share = new double[COMPONENTS];
        for (int[] poem : ends) {
            double[] posterior = posterior(poem, logs, weights);
            for (int z = 0; z < COMPONENTS; z++) {
                share[z] += posterior[z] / ends.length;
                for (int end : poem) {
                    next[z][end] += posterior[z];
                }
            }
        }
        System.arraycopy(share, 0, weights, 0, COMPONENTS);
        return next;
    }

    private static double[] posterior(int[] poem, double[][] logs, double[] weights) {
        double[] score = new double[COMPONENTS];
        Arrays.setAll(
                score,
                z -> Math.log(weights[z])
                        + Arrays.stream(poem).mapToDouble(end -> logs[z][end]).sum());
        double most = Arrays.stream(score).max().orElseThrow();
        double sum = Arrays.stream(score).map(s -> Math.exp(s - most)).sum();
        return Arrays.stream(score).map(s -> Math.exp(s - most) / sum).toArray();
    }

    private void tones() throws IOException {
        int[][] places = poems.stream().map(this::tonalPlaces).toArray(int[][]::new);
        double[] level = firstTones();
        double[] seen = new double[characters.size()];
        for (int round = 0; round < 15; round++) {
            double[] next = new double[characters.size()];
            Arrays.fill(seen, 0);
            for (int[] poem : places) {
                double odds = 0; // log odds that the bit of the poem is 0
                for (int place : poem) {
                    double p = Math.min(0.997, Math.max(0.003, level[place >> 1]));
                    odds += ((place & 1) == 0 ? 1 : -1) * Math.log(p / (1 - p));
                }
                double zero = 1 / (1 + Math.exp(-odds));
                for (int place : poem) {
                    next[place >> 1] += (place & 1) == 0 ? zero : 1 - zero;
                    seen[place >> 1]++;
                }
            }
            for (int c = 0; c < level.length; c++) {
                level[c] = (next[c] + 0.5) / (seen[c] + 1);
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Characters that are always level and always oblique in the regulated verse of the training corpora, by frequency;");
        lines.add("# written by DeriveSounds.");
        for (boolean sought : new boolean[] {true, false}) {
            StringBuilder line = new StringBuilder(sought ? "level " : "oblique ");
            IntStream.range(0, level.length)
                    .filter(c -> seen[c] >= 10 && (sought ? level[c] > 0.9 : level[c] < 0.1))
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> -seen[c]))
                    .forEach(c -> line.appendCodePoint(characters.get(c)));
            lines.add(line.toString());
        }
        Files.write(RESOURCES.resolve("tones.txt"), lines);
    }

    /** Characters under the metre, twice their number plus 1 where their tone is the opposite of the first one's. */
    private int[] tonalPlaces(List<String> clauses) {
        return IntStream.range(0, clauses.size())
                .flatMap(i -> {
                    int[] clause = clauses.get(i).codePoints().toArray();
                    return IntStream.iterate(1, at -> at < clause.length - 1, at -> at + 2)
                            .map(at -> 2 * number(clause[at]) + (RegulatedVerse.turns(i, at) ? 1 : 0));
                })
                .toArray();
    }

    /** A first guess at how often a character is level: among closing characters, even clauses are level, odd ones not. */
    private double[] firstTones() {
        double[] even = new double[characters.size()];
        double[] both = new double[characters.size()];
        for (List<String> clauses : poems) {
            for (int i = 1; i < clauses.size(); i++) {
                int end = number(last(clauses.get(i)));
                even[end] += i % 2;
                both[end]++;
            }
        }
        double[] level = new double[characters.size()];
        Arrays.setAll(level, c -> both[c] < 20 ? 0.5 : Math.min(0.95, Math.max(0.05, even[c] / both[c])));
        return level;
    }

    private static int last(String clause) {
        return clause.codePointBefore(clause.length());
    }
}
