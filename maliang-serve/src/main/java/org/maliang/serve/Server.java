package org.maliang.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.List;
import org.maliang.serve.gate.ApiKeys;
import org.maliang.serve.gate.Gate;
import org.maliang.serve.openai.OpenAi;
import org.maliang.serve.request.SideBySide;
import org.maliang.serve.studio.Studio;
import org.maliang.serve.task.TaskApi;

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
    private final ServerMetrics metrics;
    private final Gate gate;
    private final Javalin http;
    private final String host;

    private Server(ServedModel model, ServerOptions options) {
        this.model = model;
        this.metrics = new ServerMetrics(model);
        ApiKeys keys = options.access().keys().map(ApiKeys::read).orElseGet(ApiKeys::none);
        this.gate = new Gate(keys, options.bounds().deadline(), options.bounds().grace());
        this.host = options.address().host();
        this.http = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.http.prefer405over404 = true;
            Connections.configure(config, options);
            allow(config, options.access().origins());
            Errors.routes(config.routes);
            config.routes.get(
                    "/health", context -> Json.answer(context, Json.object().put("status", "ok")));
            config.routes.get("/ready", this::ready);
            config.routes.get(
                    "/metrics",
                    context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(metrics.text()));
            JsonNode description = Json.yaml("openapi.yaml");
            config.routes.get("/openapi.json", context -> Json.answer(context, description));
            SideBySide others = new SideBySide(options.bounds().queue());
            new OpenAi(model, gate, metrics, others).routes(config.routes);
            new TaskApi(model, gate, metrics, others).routes(config.routes);
            for (String path : List.of("/studio/models", "/studio/runs", "/studio/runs/*", "/studio/feedback")) {
                config.routes.before(path, keys::look); // the page itself is for whoever finds it
            }
            new Studio(model, options).routes(config.routes);
        });
    }

    private static void allow(JavalinConfig config, List<String> origins) {
        if (!origins.isEmpty()) {
            config.bundledPlugins.enableCors(cors -> cors.addRule(rule -> rule.allowHost(
                    origins.get(0), origins.subList(1, origins.size()).toArray(String[]::new))));
        }
    }

    private void ready(Context context) {
        if (!gate.open()) {
            throw ApiException.closing();
        }
        Json.answer(context, Json.object().put("status", "ready").put("model", model.name()));
    }

    /** Loads the model, then listens. */
    public static Server start(ServerOptions options) {
        ServedModel model = ServedModel.load(options);
        try {
            Server server = new Server(model, options);
            server.http.start();
            return server;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Where it listens, as in {@code http://127.0.0.1:8080}. */
    public String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    /** What is answered, as in {@code GET /health}. */
    List<String> routes() {
        return http.unsafe.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint.method.name() + " " + handler.endpoint.path)
                .toList();
    }

    /** The model that is served. */
    public ServedModel model() {
        return model;
    }

    /** Refuses what is new, lets what is on its way come to its end as long as the options allow, and stops. */
    @Override
    public void close() {
        gate.close();
        model.close();
        http.stop();
        metrics.close();
    }
}
