package org.maliang.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Placement;

/**
 * How to serve. Start from {@link #of} and change what differs.
 *
 * @param model a model directory or a {@code .gguf} file
 * @param placement where to load it to, and in what form
 * @param host the address to listen at; others than this machine reach {@code 0.0.0.0}
 * @param port 0 for any that is free
 * @param home where the studio finds models ({@code models/}) and runs ({@code runs/}), and keeps what readers think of
 *     texts ({@code feedback.jsonl})
 * @param keys a file of API keys; without one everybody may ask
 * @param words a file of words that no prompt may hold and no text shows; see {@link ContentFilter}
 * @param origins sites whose pages may ask, as in {@code https://example.org}; other pages than the server's own may not
 * @param parallel the most texts that are written at once
 * @param queue the most requests that are accepted and not answered
 * @param cacheBytes the most that keys and values take
 * @param deadline how long a request may take
 * @param grace how long requests may go on when the server is closed
 */
public record ServerOptions(
        Path model,
        Placement placement,
        String host,
        int port,
        Optional<Path> home,
        Optional<Path> keys,
        Optional<Path> words,
        List<String> origins,
        int parallel,
        int queue,
        long cacheBytes,
        Duration deadline,
        Duration grace) {

    public ServerOptions {
        origins = List.copyOf(origins);
        require(port >= 0 && port <= 65_535, "the port must be from 0 to 65535, not " + port);
        require(parallel >= 1, "parallel must be 1 text or more, not " + parallel);
        require(queue >= 1, "the queue must be 1 request or longer, not " + queue);
        require(cacheBytes >= 1, "the cache must be 1 byte or larger, not " + cacheBytes);
        require(deadline.toMillis() >= 1, "the deadline must be later than now");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("serve: " + message);
        }
    }

    /**
     * At port 8080 of this machine alone, without a home: 64 texts at once, 256 requests, 1 GiB of keys and values, ten
     * minutes a request and half a minute to finish.
     */
    public static ServerOptions of(Path model) {
        return new ServerOptions(
                model,
                Placement.CPU.forInference(),
                "127.0.0.1",
                8080,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                64,
                256,
                1L << 30,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30));
    }

    public ServerOptions withPlacement(Placement value) {
        return new ServerOptions(
                model, value, host, port, home, keys, words, origins, parallel, queue, cacheBytes, deadline, grace);
    }

    /** The same at another address. */
    public ServerOptions at(String otherHost, int otherPort) {
        return new ServerOptions(
                model,
                placement,
                otherHost,
                otherPort,
                home,
                keys,
                words,
                origins,
                parallel,
                queue,
                cacheBytes,
                deadline,
                grace);
    }

    public ServerOptions withHome(Path value) {
        return new ServerOptions(
                model,
                placement,
                host,
                port,
                Optional.of(value),
                keys,
                words,
                origins,
                parallel,
                queue,
                cacheBytes,
                deadline,
                grace);
    }

    /** The same for some alone. */
    public ServerOptions open(Optional<Path> toKeys, List<String> toOrigins) {
        return new ServerOptions(
                model,
                placement,
                host,
                port,
                home,
                toKeys,
                words,
                toOrigins,
                parallel,
                queue,
                cacheBytes,
                deadline,
                grace);
    }

    /** The same with other bounds on what is done at once. */
    public ServerOptions taking(int texts, int requests, long bytes) {
        return new ServerOptions(
                model, placement, host, port, home, keys, words, origins, texts, requests, bytes, deadline, grace);
    }

    /** The same with other bounds on time. */
    public ServerOptions within(Duration aRequest, Duration closing) {
        return new ServerOptions(
                model,
                placement,
                host,
                port,
                home,
                keys,
                words,
                origins,
                parallel,
                queue,
                cacheBytes,
                aRequest,
                closing);
    }

    public ServerOptions withWords(Path value) {
        return new ServerOptions(
                model,
                placement,
                host,
                port,
                home,
                keys,
                Optional.of(value),
                origins,
                parallel,
                queue,
                cacheBytes,
                deadline,
                grace);
    }
}
