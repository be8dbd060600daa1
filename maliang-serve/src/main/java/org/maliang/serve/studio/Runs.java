package org.maliang.serve.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The training runs under a directory: what {@code maliang train} leaves there. A run is a directory with a
 * {@code metrics.jsonl}, an object a line, which grows while the run goes on and is cut back when it is resumed.
 */
final class Runs {
    private static final String METRICS = "metrics.jsonl";
    private static final int MOST_BYTES = 1 << 20; // of lines at a time
    private static final int MARKED = 256;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Path> places;

    /** @param places directories whose directories are runs; they need not exist */
    Runs(List<Path> places) {
        this.places = List.copyOf(places);
    }

    /**
     * A run.
     *
     * @param steps how many it is to have, 0 if its recipe does not say
     * @param updated when it was last written to, in milliseconds since 1970
     * @param finished whether its model is there
     */
    record Run(String name, long steps, long updated, boolean finished) {}

    /**
     * Lines of a run's metrics.
     *
     * @param lines the objects, whole lines only
     * @param next where the next lines will begin, in bytes
     * @param mark what the file holds before that place, to know it again
     * @param reset whether the lines are the first again, because the file is not the one that was read before
     * @param more whether there are lines behind these
     */
    record Lines(List<JsonNode> lines, long next, String mark, boolean reset, boolean more) {}

    /** All runs, those last written to first. */
    List<Run> all() {
        return directories()
                .map(Runs::run)
                .sorted(Comparator.comparingLong(Run::updated).reversed())
                .toList();
    }

    /** The metrics of the run with this name, if there is one. */
    Optional<Path> metrics(String name) {
        return directories()
                .filter(place -> name(place).equals(name))
                .findFirst()
                .map(place -> place.resolve(METRICS));
    }

    private Stream<Path> directories() {
        return places.stream()
                .flatMap(place -> Folders.list(place).stream())
                .filter(place -> Files.isRegularFile(place.resolve(METRICS)));
    }

    private static String name(Path place) {
        return place.getFileName().toString();
    }

    private static Run run(Path place) {
        long steps = 0;
        try {
            JsonNode recipe =
                    new YAMLMapper().readTree(place.resolve("recipe.yaml").toFile());
            steps = recipe.path("train").path("steps").asLong(0);
        } catch (IOException e) {
            // A run without a readable recipe has no known end.
        }
        return new Run(
                name(place),
                steps,
                place.resolve(METRICS).toFile().lastModified(),
                Files.isDirectory(place.resolve("model")));
    }

    /**
     * The lines of a file from byte {@code from} on, or from its beginning if it no longer holds before {@code from} what
     * {@code mark} says.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    static Lines read(Path file, long from, String mark) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            boolean known = from > 0 && from <= length && mark(in, from).equals(mark);
            long start = known ? from : 0;
            in.seek(start);
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, length - start)];
            in.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            long next = start + end;
            return new Lines(
                    parse(new String(bytes, 0, end, StandardCharsets.UTF_8)),
                    next,
                    mark(in, next),
                    from > 0 && !known,
                    end > 0 && start + bytes.length < length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> parse(String text) {
        List<JsonNode> lines = new ArrayList<>();
        text.lines().forEach(line -> {
            try {
                JsonNode node = JSON.readTree(line);
                if (node.isObject()) {
                    lines.add(node);
                }
            } catch (JsonProcessingException e) {
                // A line that a dying process left unfinished says nothing.
            }
        });
        return lines;
    }

    private static String mark(RandomAccessFile in, long end) throws IOException {
        byte[] before = new byte[(int) Math.min(MARKED, end)];
        in.seek(end - before.length);
        in.readFully(before);
        CRC32 sum = new CRC32();
        sum.update(before);
        return Long.toHexString(sum.getValue());
    }
}
