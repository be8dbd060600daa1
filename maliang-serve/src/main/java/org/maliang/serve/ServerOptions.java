package org.maliang.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Placement;
import org.maliang.pipeline.Task;

/**
 * How to serve. Start from {@link #of} and change what differs.
 *
 * @param model a model directory or a {@code .gguf} file
 * @param task what to serve it for; by default what it is made for
 * @param placement where to load it to, and in what form
 * @param home where the studio finds models ({@code models/}) and runs ({@code runs/}), and keeps what readers think of
 *     texts ({@code feedback.jsonl})
 */
public record ServerOptions(
        Path model,
        Optional<Task> task,
        Placement placement,
        Address address,
        Optional<Path> home,
        Access access,
        Bounds bounds) {

    /**
     * Where to listen.
     *
     * @param host the address; others than this machine reach {@code 0.0.0.0}
     * @param port 0 for any that is free
     */
    public record Address(String host, int port) {
        public Address {
            require(port >= 0 && port <= 65_535, "the port must be from 0 to 65535, not " + port);
        }
    }

    /**
     * For whom, and for what not.
     *
     * @param keys a file of API keys; without one everybody may ask
     * @param origins sites whose pages may ask, as in {@code https://example.org}; other pages than the server's own may not
     * @param words a file of words that no prompt may hold and no text shows; see {@link ContentFilter}
     */
    public record Access(Optional<Path> keys, List<String> origins, Optional<Path> words) {
        public Access {
            origins = List.copyOf(origins);
        }
    }

    /**
     * How much.
     *
     * @param parallel the most texts that are written at once
     * @param queue the most requests that are accepted and not answered
     * @param cacheBytes the most that keys and values take
     * @param deadline how long a request may take
     * @param grace how long requests may go on when the server is closed
     */
    public record Bounds(int parallel, int queue, long cacheBytes, Duration deadline, Duration grace) {
        public Bounds {
            require(parallel >= 1, "parallel must be 1 text or more, not " + parallel);
            require(queue >= 1, "the queue must be 1 request or longer, not " + queue);
            require(cacheBytes >= 1, "the cache must be 1 byte or larger, not " + cacheBytes);
            require(deadline.toMillis() >= 1, "the deadline must be later than now");
        }
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
                Optional.empty(),
                Placement.CPU.forInference(),
                new Address("127.0.0.1", 8080),
                Optional.empty(),
                new Access(Optional.empty(), List.of(), Optional.empty()),
                new Bounds(64, 256, 1L << 30, Duration.ofMinutes(10), Duration.ofSeconds(30)));
    }

    public ServerOptions withTask(Task value) {
        return new ServerOptions(model, Optional.of(value), placement, address, home, access, bounds);
    }

    public ServerOptions withPlacement(Placement value) {
        return new ServerOptions(model, task, value, address, home, access, bounds);
    }

    /** The same at another address. */
    public ServerOptions at(String host, int port) {
        return new ServerOptions(model, task, placement, new Address(host, port), home, access, bounds);
    }

    public ServerOptions withHome(Path value) {
        return new ServerOptions(model, task, placement, address, Optional.of(value), access, bounds);
    }

    /** The same for some alone. */
    public ServerOptions open(Optional<Path> toKeys, List<String> toOrigins) {
        return with(new Access(toKeys, toOrigins, access.words()));
    }

    public ServerOptions withWords(Path value) {
        return with(new Access(access.keys(), access.origins(), Optional.of(value)));
    }

    /** The same with other bounds on what is done at once. */
    public ServerOptions taking(int texts, int requests, long bytes) {
        return with(new Bounds(texts, requests, bytes, bounds.deadline(), bounds.grace()));
    }

    /** The same with other bounds on time. */
    public ServerOptions within(Duration aRequest, Duration closing) {
        return with(new Bounds(bounds.parallel(), bounds.queue(), bounds.cacheBytes(), aRequest, closing));
    }

    private ServerOptions with(Access value) {
        return new ServerOptions(model, task, placement, address, home, value, bounds);
    }

    private ServerOptions with(Bounds value) {
        return new ServerOptions(model, task, placement, address, home, access, value);
    }
}
