package org.maliang.serve;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to serve. Start from {@link #of} and change what differs.
 *
 * @param model a model directory or a {@code .gguf} file
 * @param host the address to listen at; others than this machine reach {@code 0.0.0.0}
 * @param port 0 for any that is free
 * @param home where the studio finds models ({@code models/}) and runs ({@code runs/}), and keeps what readers think of
 *     texts ({@code feedback.jsonl})
 */
public record ServerOptions(Path model, String host, int port, Optional<Path> home) {

    /** At port 8080 of this machine alone, without a home. */
    public static ServerOptions of(Path model) {
        return new ServerOptions(model, "127.0.0.1", 8080, Optional.empty());
    }

    public ServerOptions withHost(String value) {
        return new ServerOptions(model, value, port, home);
    }

    public ServerOptions withPort(int value) {
        return new ServerOptions(model, host, value, home);
    }

    public ServerOptions withHome(Path value) {
        return new ServerOptions(model, host, port, Optional.of(value));
    }
}
