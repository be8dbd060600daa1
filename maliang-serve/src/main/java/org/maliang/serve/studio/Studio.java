package org.maliang.serve.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.Sampling;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerOptions;

/**
 * The pages of the studio and what they ask for beside the API:
 *
 * <pre>
 * GET  /  /models.html  /runs.html  /assets/*   the pages
 * GET  /studio/presets                          the model, and the modes it can and cannot write in
 * GET  /studio/forms                            forms of verse with their shapes
 * POST /studio/convert  {"texts": […], "to": "hant"}
 * POST /studio/feedback {"prompt", "options", "text", "verdict": "up"}
 * GET  /studio/models                           models under home, with facts and cards
 * GET  /studio/runs                             runs under home
 * GET  /studio/runs/{name}?from=BYTE&amp;mark=MARK  what is new in a run's metrics
 * </pre>
 *
 * <p>Everything that is kept or found lies under {@link ServerOptions#home}: {@code presets/*.yaml}, {@code models/},
 * {@code runs/}, {@code feedback.jsonl}.
 */
public final class Studio {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json; charset=utf-8";
    private static final int LONGEST_CONVERSION = 200_000; // characters
    private static final long LARGEST_FEEDBACK = 64L << 20; // bytes

    /** What the page to write with is told, as JSON. */
    private record Writing(String presets, String forms) {}

    private final Pages pages = new Pages();
    private final String model;
    private final Optional<Writing> writing;
    private final ModelShelf shelf;
    private final Runs runs;
    private final List<Feedback> feedback; // one, or none without a home

    /**
     * Reads the presets, if the model writes; one that does not has a page to try it on instead.
     *
     * @throws IllegalArgumentException if a preset file is wrong; the message says where
     */
    public Studio(ServedModel served, ServerOptions options) {
        List<Path> homes = options.home().stream().toList();
        model = served.name();
        writing = served.writes() ? Optional.of(writing(served, homes)) : Optional.empty();
        shelf = new ModelShelf(served, homes);
        runs = new Runs(in(homes, "runs"));
        feedback = in(homes, "feedback.jsonl").stream()
                .map(file -> new Feedback(file, LARGEST_FEEDBACK))
                .toList();
    }

    private static Writing writing(ServedModel served, List<Path> homes) {
        Abilities abilities = Abilities.of(served);
        List<Mode> modes = Presets.with(in(homes, "presets")).stream()
                .map(preset -> Mode.of(preset, abilities))
                .toList();
        return new Writing(
                json(Map.of(
                        "model",
                        served.name(),
                        "modes",
                        modes,
                        "defaults",
                        defaults(served.writer().defaults().sampling()),
                        "feedback",
                        !homes.isEmpty())),
                json(FormList.of(abilities.forms())));
    }

    /** What a request that says nothing is written with, by the names that requests have. */
    private static Map<String, Object> defaults(Sampling sampling) {
        return Map.of("temperature", sampling.temperature(), "top_p", sampling.topP(), "top_k", sampling.topK());
    }

    private static List<Path> in(List<Path> homes, String name) {
        return homes.stream().map(home -> home.resolve(name)).toList();
    }

    /** Adds all of it. */
    public void routes(RoutesConfig routes) {
        routes.get("/", context -> pages.send(context, writing.isPresent() ? "index.html" : "task.html"));
        routes.get("/models.html", context -> pages.send(context, "models.html"));
        routes.get("/runs.html", context -> pages.send(context, "runs.html"));
        routes.get("/assets/{file}", context -> pages.send(context, context.pathParam("file")));
        writing.ifPresent(tools -> {
            routes.get("/studio/presets", context -> Pages.send(context, JSON_TYPE, tools.presets));
            routes.get("/studio/forms", context -> Pages.send(context, JSON_TYPE, tools.forms));
        });
        routes.get("/studio/models", context -> Pages.send(context, JSON_TYPE, json(shelf.entries())));
        routes.get("/studio/runs", context -> Pages.send(context, JSON_TYPE, json(runs.all())));
        routes.get("/studio/runs/{name}", this::metrics);
        routes.post("/studio/convert", Studio::convert);
        feedback.forEach(file -> routes.post("/studio/feedback", context -> judge(context, file)));
    }

    private void metrics(Context context) {
        Path file = runs.metrics(context.pathParam("name"))
                .orElseThrow(() -> ApiException.notFound("there is no run of this name"));
        String mark = context.queryParam("mark");
        Pages.send(
                context,
                JSON_TYPE,
                json(Runs.read(file, number(context.queryParam("from")), mark == null ? "" : mark)));
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badField("from", "from: '" + text + "' is no number of bytes");
        }
    }

    private static void convert(Context context) {
        JsonNode asked = Json.body(context);
        Script script = switch (asked.path("to").asText()) {
            case "hans" -> Script.HANS;
            case "hant" -> Script.HANT;
            default -> throw ApiException.badField("to", "to: must be \"hans\" or \"hant\"");
        };
        List<String> texts = new ArrayList<>();
        asked.path("texts").forEach(text -> texts.add(text.asText()));
        if (texts.stream().mapToLong(String::length).sum() > LONGEST_CONVERSION) {
            throw ApiException.badField("texts", "texts: must have up to " + LONGEST_CONVERSION + " characters");
        }
        Json.answer(
                context,
                JSON.valueToTree(
                        Map.of("texts", texts.stream().map(script::convert).toList())));
    }

    private void judge(Context context, Feedback file) {
        if (context.contentType() == null || !context.contentType().startsWith("application/json")) {
            // What a page of another site can send without asking first.
            throw ApiException.of(415, "send feedback as application/json");
        }
        if (!file.add(model, Json.body(context))) {
            throw ApiException.of(507, "the feedback file is full: move it away to go on");
        }
        Json.answer(context, Json.object().put("kept", true));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records become JSON", e);
        }
    }
}
