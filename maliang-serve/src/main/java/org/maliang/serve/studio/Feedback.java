package org.maliang.serve.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;

/**
 * {@code feedback.jsonl}: what readers think of texts, an object a line with {@code time} (UTC), {@code model}, {@code prompt},
 * {@code options} (the fields of the request), {@code text} and {@code verdict} ({@code up} or {@code down}).
 *
 * <p>Every line is appended whole, under a lock that other processes respect, until the file has reached its largest size.
 */
final class Feedback {
    static final int LONGEST_TEXT = 20_000; // characters
    private static final List<String> TEXTS = List.of("prompt", "text");

    private final Path file;
    private final long limit;

    /** @param limit bytes that the file may have */
    Feedback(Path file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    /**
     * Appends what a reader thinks.
     *
     * @return whether there was room
     * @throws ApiException if {@code said} is no such object; the message names the field
     */
    synchronized boolean add(String model, JsonNode said) {
        ObjectNode line = Json.object();
        line.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("model", model);
        for (String key : TEXTS) {
            JsonNode text = said.path(key);
            if (!text.isTextual() || text.textValue().length() > LONGEST_TEXT) {
                throw ApiException.badField(key, key + ": must be text of up to " + LONGEST_TEXT + " characters");
            }
            line.set(key, text);
        }
        JsonNode options = said.path("options");
        if (!options.isObject() || options.toString().length() > LONGEST_TEXT) {
            throw ApiException.badField(
                    "options", "options: must be an object of up to " + LONGEST_TEXT + " characters");
        }
        line.set("options", options);
        String verdict = said.path("verdict").asText();
        if (!verdict.equals("up") && !verdict.equals("down")) {
            throw ApiException.badField("verdict", "verdict: must be \"up\" or \"down\"");
        }
        return append(line.put("verdict", verdict) + "\n");
    }

    private boolean append(String line) {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            long end = channel.size();
            if (end + bytes.remaining() > limit) {
                return false;
            }
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
            return lock.isValid();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
