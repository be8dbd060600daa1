package org.maliang.serve.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerOptions;

/**
 * The studio beside an API that writes the same text for everybody, slowly if asked to, and that can be busy or break off: for
 * what the real one does only under load.
 */
final class FakeApi implements AutoCloseable {
    static final String TEXT = "江南春草绿如烟，细雨斜风二月天。\n燕子不来花又落，一双蝴蝶过秋千。";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the next request meets. */
    enum Mood {
        KIND,
        BUSY,
        BREAKING,
        LOCKED
    }

    private final ServedModel model;
    private final Javalin http;
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.KIND;
    private volatile int pause;

    private FakeApi(Path home) {
        ServerOptions options = ServerOptions.of(Places.poet()).withHome(home);
        model = ServedModel.load(options);
        http = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            new Studio(model, options).routes(config.routes);
            config.routes.post("/v1/completions", this::complete);
        });
    }

    static FakeApi start(Path home) {
        FakeApi api = new FakeApi(home);
        api.http.start("127.0.0.1", 0);
        return api;
    }

    String address() {
        return "http://127.0.0.1:" + http.port();
    }

    void mood(Mood value) {
        mood = value;
    }

    /** Milliseconds before every character. */
    void pause(int value) {
        pause = value;
    }

    /** The bodies of all requests so far. */
    List<JsonNode> requests() {
        return requests;
    }

    /** The {@code Authorization} of all requests so far. */
    List<String> keys() {
        return keys;
    }

    private void complete(Context context) throws IOException, InterruptedException {
        keys.add(String.valueOf(context.header("Authorization")));
        JsonNode body = JSON.readTree(context.body());
        requests.add(body);
        switch (mood) {
            case BUSY -> refuse(context.header("Retry-After", "3"), 429, "too many requests");
            case LOCKED -> refuse(context, 401, "no key");
            default -> {
                if (body.has("vote")) {
                    vote(context, body.path("vote").asInt());
                } else {
                    stream(context, body.path("n").asInt(1));
                }
            }
        }
    }

    private static void refuse(Context context, int status, String message) {
        context.status(status).json(Map.of("error", Map.of("message", message, "type", "error")));
    }

    private static void vote(Context context, int total) {
        int most = total * 2 / 3;
        var answers = List.of(
                Map.of("text", "岸", "count", most),
                Map.of("text", "山", "count", total - most - 1),
                Map.of("text", "花", "count", 1));
        context.json(
                Map.of("choices", List.of(Map.of("text", "岸")), "vote", Map.of("answers", answers, "total", total)));
    }

    private void stream(Context context, int samples) throws IOException, InterruptedException {
        context.res().setContentType("text/event-stream; charset=utf-8");
        ServletOutputStream out = context.res().getOutputStream(); // not packed, so that pieces leave at once
        for (int i = 0; i < TEXT.length(); i++) {
            Thread.sleep(pause);
            if (mood == Mood.BREAKING && i == TEXT.length() / 2) {
                return; // without the end that a whole stream has
            }
            for (int sample = 0; sample < samples; sample++) {
                send(out, choice(sample, TEXT.substring(i, i + 1), i));
            }
        }
        for (int sample = 0; sample < samples; sample++) {
            send(out, Map.of("index", sample, "text", "", "finish_reason", "stop"));
        }
        out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> choice(int sample, String text, int offset) {
        Map<String, Double> top = Map.of(text, -0.6, "梅", -1.7, "竹", -2.5, "雪", -3.1, "梦", -4.2);
        return Map.of(
                "index",
                sample,
                "text",
                text,
                "logprobs",
                Map.of(
                        "tokens", List.of(text),
                        "token_logprobs", List.of(-0.6),
                        "top_logprobs", List.of(top),
                        "text_offset", List.of(offset)));
    }

    private static void send(ServletOutputStream out, Map<String, Object> choice) throws IOException {
        String event = JSON.writeValueAsString(Map.of("object", "text_completion", "choices", List.of(choice)));
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        http.stop();
        model.close();
    }
}
