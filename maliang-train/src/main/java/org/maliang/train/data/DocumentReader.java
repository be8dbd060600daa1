package org.maliang.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Iterates over the documents of some files, holding one file open at a time. */
final class DocumentReader implements Iterator<Document>, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern JSON_LINES = Pattern.compile(".*\\.(jsonl|ndjson|json)(\\.(gz|xz|zst))?");

    private final Iterator<Path> files;
    private final Corpus.Split split;
    private Optional<Lines> lines = Optional.empty(); // of the open file, owned here
    private boolean jsonLines;
    private Optional<Document> next = Optional.empty();

    DocumentReader(List<Path> files, Corpus.Split split) {
        this.files = files.iterator();
        this.split = split;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty()) {
            if (lines.isPresent()) {
                next = read(lines.get());
                if (next.isEmpty()) {
                    close();
                }
            } else if (files.hasNext()) {
                open(files.next());
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public Document next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        var document = next.orElseThrow();
        next = Optional.empty();
        return document;
    }

    @Override
    public void close() {
        lines.ifPresent(Lines::close);
        lines = Optional.empty();
    }

    private void open(Path file) {
        jsonLines = JSON_LINES.matcher(file.getFileName().toString()).matches();
        lines = Optional.of(Lines.open(file));
    }

    private Optional<Document> read(Lines source) {
        if (jsonLines) {
            return readJson(source);
        }
        return split == Corpus.Split.FILE ? readFile(source) : readBlock(source);
    }

    private static Optional<Document> readJson(Lines source) {
        for (var line = source.next(); line.isPresent(); line = source.next()) {
            if (!line.get().isBlank()) {
                var document = parse(line.get(), source);
                if (!document.text().isBlank()) {
                    return Optional.of(document);
                }
            }
        }
        return Optional.empty();
    }

    private static Document parse(String line, Lines source) {
        try {
            if (!(JSON.readTree(line) instanceof ObjectNode object)) {
                throw new DataException(source.where() + ": not a JSON object; each line must be {\"text\": …}");
            }
            var text = object.remove("text");
            if (text == null || !text.isTextual()) {
                throw new DataException(source.where() + ": no \"text\" field that holds a string");
            }
            return new Document(text.textValue(), object);
        } catch (JsonProcessingException e) {
            throw new DataException(
                    source.where() + ": broken JSON ("
                            + e.getOriginalMessage().lines().findFirst().orElse("") + "); repair or remove the line",
                    e);
        }
    }

    private static Optional<Document> readFile(Lines source) {
        var text = new StringBuilder();
        for (var line = source.next(); line.isPresent(); line = source.next()) {
            text.append(line.get()).append('\n');
        }
        return document(text);
    }

    private static Optional<Document> readBlock(Lines source) {
        var text = new StringBuilder();
        for (var line = source.next(); line.isPresent(); line = source.next()) {
            if (!line.get().isBlank()) {
                text.append(line.get()).append('\n');
            } else if (text.length() > 0) {
                break;
            }
        }
        return document(text);
    }

    private static Optional<Document> document(StringBuilder text) {
        var trimmed = text.toString().strip();
        return trimmed.isEmpty() ? Optional.empty() : Optional.of(new Document(trimmed));
    }
}
