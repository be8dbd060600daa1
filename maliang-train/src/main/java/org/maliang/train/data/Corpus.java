package org.maliang.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Text files read as a sequence of documents.
 *
 * <p>{@code .jsonl} (also {@code .json}, {@code .ndjson}) holds one object a line with a {@code text} field; its other
 * fields are kept as {@link Document#meta()}. Every other file is plain text: one document, or one document for each
 * block between blank lines ({@link Split}). Both may be compressed as {@code .gz}, {@code .xz} or {@code .zst}.
 * All must be UTF-8. Broken lines raise a {@link DataException} that names the file and the line.
 */
public final class Corpus {
    /** What a document is in a plain text file. */
    public enum Split {
        FILE,
        BLANK_LINE
    }

    private final List<Path> files;
    private final Split split;

    private Corpus(List<Path> files, Split split) {
        this.files = List.copyOf(files);
        this.split = split;
    }

    public static Corpus of(List<Path> files) {
        return new Corpus(files, Split.FILE);
    }

    /**
     * Files named by paths or globs ({@code *}, {@code **}, {@code ?}, {@code [..]}, {@code {a,b}}).
     *
     * @param patterns paths, relative to {@code base}; the order of patterns is kept, matches of a glob are sorted
     * @throws DataException if a path does not exist or a glob matches nothing
     */
    public static Corpus matching(List<String> patterns, Path base) {
        var files = new LinkedHashSet<Path>();
        for (var pattern : patterns) {
            files.addAll(match(pattern, base));
        }
        return new Corpus(List.copyOf(files), Split.FILE);
    }

    /** The same files with plain text cut differently. */
    public Corpus split(Split newSplit) {
        return new Corpus(files, newSplit);
    }

    public Split split() {
        return split;
    }

    public List<Path> files() {
        return files;
    }

    /** All documents in file order, read lazily; close the stream if it is not read to its end. */
    public Stream<Document> documents() {
        var reader = new DocumentReader(files, split);
        var spliterator = Spliterators.spliteratorUnknownSize(reader, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(spliterator, false).onClose(reader::close);
    }

    private static List<Path> match(String pattern, Path base) {
        var file = base.resolve(pattern).normalize();
        if (Files.isRegularFile(file)) {
            return List.of(file);
        }
        if (pattern.matches(".*[*?\\[{].*")) {
            return glob(pattern, base);
        }
        throw new DataException(file + ": no such file; relative paths start at "
                + base.toAbsolutePath().normalize());
    }

    private static List<Path> glob(String pattern, Path base) {
        var full =
                base.toAbsolutePath().normalize().resolve(pattern).normalize().toString();
        int star = full.replaceAll("[*?\\[{].*", "").length();
        var root = Path.of(full.substring(0, full.lastIndexOf('/', star) + 1));
        if (!Files.isDirectory(root)) {
            throw new DataException(root + ": no such directory; check the pattern '" + pattern + "'");
        }
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + full);
        var found = new ArrayList<Path>();
        try (var tree = Files.walk(root)) {
            tree.filter(matcher::matches).filter(Files::isRegularFile).forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (found.isEmpty()) {
            throw new DataException("'" + pattern + "' matches no file below " + root);
        }
        Collections.sort(found);
        return found;
    }
}
