package org.maliang.model.form;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes the resources {@code tune-layouts.txt} and {@code aria-layouts.txt}: for every tune of the training corpora the
 * layout most of its texts have. After {@code ./mvnw package}, in the root of the repository:
 *
 * <pre>{@code
 * java -cp 'maliang-model/target/classes:maliang-model/target/test-classes:maliang-cli/target/lib/*' \
 *     org.maliang.model.form.DeriveTuneLayouts
 * }</pre>
 */
final class DeriveTuneLayouts {
    private static final Path RESOURCES = Path.of("maliang-model/src/main/resources/org/maliang/model/form");

    private DeriveTuneLayouts() {}

    public static void main(String[] args) throws IOException {
        Path corpora = VerseCorpus.directory().orElseThrow();
        Map<PoemForm, Map<String, List<Layout>>> seen =
                Map.of(PoemForm.LYRIC, new HashMap<>(), PoemForm.ARIA, new HashMap<>());
        for (String name : VerseCorpus.ALL) {
            try (Stream<Poem> poems = VerseCorpus.poems(corpora, name)) {
                poems.filter(poem -> poem.form().hasTune())
                        .forEach(poem -> seen.get(poem.form())
                                .computeIfAbsent(poem.tune(), tune -> new ArrayList<>())
                                .add(usualStops(poem.body())));
            }
        }
        write(seen.get(PoemForm.LYRIC), "tune-layouts.txt", "lyric (词)");
        write(seen.get(PoemForm.ARIA), "aria-layouts.txt", "aria (曲)");
    }

    /** Questions and exclamations close a sentence as 。 does; every other stop but 、 parts clauses as ， does. */
    private static Layout usualStops(String body) {
        return Layout.of(body.replaceAll("[？！]", "。").replaceAll("[；：]", "，")).orElseThrow();
    }

    private static void write(Map<String, List<Layout>> seen, String file, String what) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# The most frequent layout of every " + what
                + " tune in the training corpora: tune, layout, how many texts");
        lines.add("# have it. Written by DeriveTuneLayouts.");
        seen.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, List<Layout>> entry) ->
                                -entry.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .forEach(entry -> lines.add(entry.getKey() + " " + mode(entry.getValue())));
        Files.write(RESOURCES.resolve(file), lines);
    }

    /** The most frequent layout and its count; among equals the one of the most usual length. */
    private static String mode(List<Layout> layouts) {
        int[] sizes = layouts.stream().mapToInt(Layout::characters).sorted().toArray();
        int median = sizes[sizes.length / 2];
        Map<Layout, Integer> counts = new HashMap<>();
        layouts.forEach(layout -> counts.merge(layout, 1, Integer::sum));
        Layout best = counts.keySet().stream()
                .min(Comparator.comparingInt((Layout layout) -> -counts.get(layout))
                        .thenComparingInt(layout -> Math.abs(layout.characters() - median))
                        .thenComparing(Layout::toString))
                .orElseThrow();
        return best + " " + counts.get(best);
    }
}
