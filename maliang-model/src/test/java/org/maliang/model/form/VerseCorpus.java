package org.maliang.model.form;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The poems of the shared verse corpora, where a checkout has them. */
final class VerseCorpus {
    /** Every corpus of verse. */
    static final List<String> ALL =
            List.of("ci-song", "poem-other", "poem-dynasties", "qu-yuan", "poem-tang", "poem-song");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PoemReader READER = new PoemReader();

    private VerseCorpus() {}

    /** {@code shared/data/pretrain} beside the repository, found by walking up from the working directory. */
    static Optional<Path> directory() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/data/pretrain");
            if (Files.isDirectory(found)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** The recognised poems of {@code name.jsonl.zst}; close the stream. */
    static Stream<Poem> poems(Path directory, String name) {
        try {
            var in = new ZstdInputStream(Files.newInputStream(directory.resolve(name + ".jsonl.zst")));
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return lines.lines().flatMap(line -> read(line).stream()).onClose(() -> close(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Poem> read(String line) {
        try {
            JsonNode row = JSON.readTree(line);
            JsonNode meta = row.path("meta");
            return READER.read(new CorpusPoem(
                    row.path("text").asText(),
                    meta.path("source").asText(),
                    meta.path("dynasty").asText("")));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(BufferedReader lines) {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
