package org.maliang.serve.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** A client of {@code /v1/completions} that reads streams as programs do, and takes the time. */
final class StreamClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final Optional<String> key;

    StreamClient(URI server, Optional<String> key) {
        this.address = server.resolve("/v1/completions");
        this.key = key;
    }

    /**
     * What came of a request.
     *
     * @param whole whether the stream came to its end, with the number of its tokens
     * @param firstNanos until the first characters came
     */
    record Reply(int status, String text, int tokens, boolean whole, long firstNanos, long nanos) {}

    /**
     * Reads a text to its end.
     *
     * @param request without {@code stream}
     * @throws UncheckedIOException if the connection breaks
     */
    Reply read(ObjectNode request) {
        long begun = System.nanoTime();
        HttpResponse<InputStream> response = send(request);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            StringBuilder text = new StringBuilder();
            int tokens = -1;
            boolean done = false;
            long first = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("data: [DONE]")) {
                    done = true;
                } else if (line.startsWith(DATA)) {
                    JsonNode event = JSON.readTree(line.substring(DATA.length()));
                    String piece = event.path("choices").path(0).path("text").asText("");
                    first = first == 0 && !piece.isEmpty() ? System.nanoTime() : first;
                    text.append(piece);
                    tokens = event.path("usage").path("completion_tokens").asInt(tokens);
                }
            }
            return new Reply(
                    response.statusCode(),
                    text.toString(),
                    tokens,
                    done && tokens >= 0,
                    first - begun,
                    System.nanoTime() - begun);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins to read a text and hangs up after {@code lines} lines. */
    void leave(ObjectNode request, int lines) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(send(request).body(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines && reader.readLine() != null; i++) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<InputStream> send(ObjectNode request) {
        ObjectNode streamed = request.deepCopy().put("stream", true);
        streamed.putObject("stream_options").put("include_usage", true);
        HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(streamed.toString()));
        key.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
        try {
            return http.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a text was read");
        }
    }
}
