package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.pipeline.Task;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;

class StudioTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path home;

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        Path run = Files.createDirectories(home.resolve("runs").resolve("tiny"));
        Files.writeString(run.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":8.5}\n");
        Path broken = Files.createDirectories(home.resolve("models").resolve("broken"));
        Files.writeString(broken.resolve("model.safetensors"), "no weights");
        Files.writeString(broken.resolve("README.md"), "# broken");
        server = Server.start(ServerOptions.of(Places.poet()).withHome(home).at("127.0.0.1", 0));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return post(path, "application/json", body);
    }

    private static HttpResponse<String> post(String path, String type, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.address() + path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    @Test
    void sendsPagesUnderAStrictPolicyAndOnlyOnce() throws Exception {
        for (String path : new String[] {"/", "/models.html", "/runs.html", "/assets/studio.js", "/assets/base.css"}) {
            HttpResponse<String> first = get(path);
            assertThat(first.statusCode()).as(path).isEqualTo(200);
            assertThat(first.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'")
                    .doesNotContain("unsafe");
            String tag = first.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> second = get(path, "If-None-Match", tag);
            assertThat(second.statusCode()).isEqualTo(304);
            assertThat(second.body()).isEmpty();
        }
    }

    @Test
    void pagesHaveNothingInline() throws Exception {
        for (String path : new String[] {"/", "/models.html", "/runs.html"}) {
            assertThat(get(path).body())
                    .doesNotContainPattern("<script(?![^>]*src=)")
                    .doesNotContain("<style", "style=", " onclick", "http:", "https:");
        }
    }

    @Test
    void sendsNoOtherFiles() throws Exception {
        for (String name : new String[] {"absent.js", "..%2Fpresets%2Fverse.yaml", "%2e%2e%2fpresets", "studio.JS"}) {
            assertThat(get("/assets/" + name).statusCode()).as(name).isBetween(400, 404);
        }
    }

    @Test
    void tellsWhatThePoetCanDo() throws Exception {
        JsonNode presets = json(get("/studio/presets"));
        assertThat(presets.path("model").asText()).isEqualTo("poet");
        assertThat(presets.path("defaults").path("temperature").asDouble()).isEqualTo(0.8);
        assertThat(presets.path("modes"))
                .filteredOn(mode -> mode.path("able").asBoolean())
                .extracting(mode -> mode.path("preset").path("id").asText())
                .containsExactly("verse", "couplet", "free");
        assertThat(presets.path("modes"))
                .allSatisfy(mode -> assertThat(
                                mode.path("reason").path("zh").asText().isEmpty())
                        .isEqualTo(mode.path("able").asBoolean()));
    }

    @Test
    void listsFormsWithTheirShapes() throws Exception {
        JsonNode forms = json(get("/studio/forms"));
        assertThat(forms).anySatisfy(form -> {
            assertThat(form.path("name").asText()).isEqualTo("词:如梦令");
            assertThat(form.path("tune").asText()).isEqualTo("如梦令");
            assertThat(form.path("layout").asText()).startsWith("6。/6。/");
        });
        assertThat(forms).anySatisfy(form -> {
            assertThat(form.path("name").asText()).isEqualTo("七言绝句");
            assertThat(form.path("layout").asText()).isEqualTo("7，7。/7，7。");
        });
    }

    @Test
    void convertsTextsAndSaysWhatItCannot() throws Exception {
        assertThat(json(post("/studio/convert", "{\"to\":\"hant\",\"texts\":[\"头发\",\"出发\"]}"))
                        .path("texts"))
                .extracting(JsonNode::asText)
                .containsExactly("頭髮", "出發");
        HttpResponse<String> wrong = post("/studio/convert", "{\"to\":\"klingon\",\"texts\":[]}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(wrong.body()).path("error").path("param").asText())
                .isEqualTo("to");
        assertThat(post("/studio/convert", "{").statusCode()).isEqualTo(400);
        String long1 = "春".repeat(200_001);
        assertThat(post("/studio/convert", "{\"to\":\"hant\",\"texts\":[\"" + long1 + "\"]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void keepsFeedbackUnderHome() throws Exception {
        String body = "{\"prompt\":\"江南春\",\"text\":\"碧草\",\"options\":{\"seed\":3},\"verdict\":\"down\"}";
        assertThat(json(post("/studio/feedback", body)).path("kept").asBoolean())
                .isTrue();
        assertThat(Files.readString(home.resolve("feedback.jsonl"))).contains("\"verdict\":\"down\"");
        assertThat(post("/studio/feedback", "{}").statusCode()).isEqualTo(400);
        assertThat(post("/studio/feedback", "text/plain", body).statusCode()).isEqualTo(415);
    }

    @Test
    void showsModelsAndWhatIsWrongWithThem() throws Exception {
        JsonNode models = json(get("/studio/models"));
        assertThat(models.get(0).path("name").asText()).isEqualTo("poet");
        assertThat(models.get(0).path("served").asBoolean()).isTrue();
        assertThat(models.get(0).path("facts").path("parameters").asLong()).isEqualTo(11_375_680);
        assertThat(models.get(0).path("card").asText()).contains("<h1>poet</h1>", "<table>");
        assertThat(models.get(1).path("name").asText()).isEqualTo("models/broken");
        assertThat(models.get(1).path("problem").asText()).isNotEmpty().doesNotContain(home.toString());
        assertThat(models.get(1).path("card").asText()).isEqualTo("<h1>broken</h1>\n");
    }

    @Test
    void sendsOfRunsOnlyWhatIsNew() throws Exception {
        assertThat(json(get("/studio/runs")).get(0).path("name").asText()).isEqualTo("tiny");
        HttpResponse<String> first = get("/studio/runs/tiny");
        JsonNode lines = json(first);
        assertThat(lines.path("lines")).hasSize(1);
        String query = "?from=" + lines.path("next").asLong() + "&mark="
                + lines.path("mark").asText();
        HttpResponse<String> second = get("/studio/runs/tiny" + query);
        assertThat(json(second).path("lines")).isEmpty();
        String tag = second.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/studio/runs/tiny" + query, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(get("/studio/runs/none").statusCode()).isEqualTo(404);
        assertThat(get("/studio/runs/..").statusCode()).isBetween(400, 404);
        assertThat(get("/studio/runs/tiny?from=x").statusCode()).isEqualTo(400);
    }

    @Test
    void everyTaskThatReadsHasItsWords() throws Exception {
        String words = get("/assets/words.js").body();
        for (Task task : Task.values()) {
            boolean writes =
                    task.id().matches(".*(generation|translation|summarization|error-correction)|chat|conversational");
            if (task.missing().isEmpty() && !writes) {
                assertThat(words).contains("\"task." + task.id() + "\": [");
            }
        }
    }
}
