package org.maliang.serve;

import io.javalin.Javalin;
import java.util.Map;
import org.maliang.serve.studio.Studio;

/**
 * Serves a model over HTTP.
 *
 * <pre>{@code
 * try (Server server = Server.start(ServerOptions.of(Path.of("models/poet")))) {
 *     System.out.println(server.address());
 * }
 * }</pre>
 */
public final class Server implements AutoCloseable {

    private final ServedModel model;
    private final Javalin http;
    private final String host;

    private Server(ServedModel model, ServerOptions options) {
        this.model = model;
        this.host = options.host();
        this.http = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/health", context -> context.json(Map.of("status", "ok")));
            new Studio(model, options).routes(config.routes);
        });
    }

    /** Loads the model, then listens. */
    public static Server start(ServerOptions options) {
        ServedModel model = ServedModel.load(options.model());
        try {
            Server server = new Server(model, options);
            server.http.start(options.host(), options.port());
            return server;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Where it listens, as in {@code http://127.0.0.1:8080}. */
    public String address() {
        return "http://" + host + ":" + http.port();
    }

    @Override
    public void close() {
        http.stop();
        model.close();
    }
}
