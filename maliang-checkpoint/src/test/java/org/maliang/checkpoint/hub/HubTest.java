package org.maliang.checkpoint.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both hubs, as a small server of our own plays them. */
class HubTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path home;

    private final Map<String, byte[]> files = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private String endpoint;
    private int cutAfter = Integer.MAX_VALUE; // bytes of a body after which the connection breaks, once
    private boolean damage;
    private boolean blobs = true;

    @BeforeEach
    void serve() throws IOException {
        byte[] weights = new byte[300_000];
        new Random(1).nextBytes(weights);
        files.put("config.json", "{\"model_type\":\"gpt2\"}".getBytes(StandardCharsets.UTF_8));
        files.put("model.safetensors", weights);
        files.put("flax_model.msgpack", new byte[10]);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void fetchesIntoTheCacheOfHuggingFace() throws Exception {
        Path model = fetch("org/tiny.model");
        assertThat(model).isEqualTo(home.resolve(".cache/huggingface/hub/models--org--tiny.model/snapshots/" + COMMIT));
        assertThat(model.resolve("model.safetensors"))
                .isSymbolicLink()
                .hasBinaryContent(files.get("model.safetensors"));
        assertThat(Files.readSymbolicLink(model.resolve("config.json")).toString())
                .isEqualTo("../../blobs/" + git(files.get("config.json")));
        assertThat(Files.readString(model.getParent().resolveSibling("refs/main")))
                .isEqualTo(COMMIT);
        assertThat(model.resolve("flax_model.msgpack")).doesNotExist();
    }

    @Test
    void whatIsCachedIsUsedWithoutAsking() {
        Path model = fetch("org/tiny");
        requests.clear();
        assertThat(fetch("org/tiny")).isEqualTo(model);
        assertThat(offline("org/tiny")).isEqualTo(model);
        assertThat(requests).isEmpty();
    }

    @Test
    void asksForChecksumsThatTheListingLacks() {
        blobs = false;
        assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(requests).anyMatch(request -> request.startsWith("HEAD"));
    }

    @Test
    void goesOnWhereAConnectionBroke() {
        cutAfter = 100_000;
        assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(requests).anyMatch(request -> request.contains("bytes=100000-"));
    }

    @Test
    void completesWhatAnEarlierRunLeft() throws IOException {
        Path blob = home.resolve(
                ".cache/huggingface/hub/models--org--tiny/blobs/" + sha256("model.safetensors") + ".incomplete");
        Files.createDirectories(blob.getParent());
        Files.write(blob, java.util.Arrays.copyOf(files.get("model.safetensors"), 1234));
        assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(requests).anyMatch(request -> request.contains("bytes=1234-"));
        assertThat(blob).doesNotExist();
    }

    @Test
    void throwsDamagedFilesAway() {
        damage = true;
        assertThatThrownBy(() -> fetch("org/tiny"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("checksum");
        damage = false;
        assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
    }

    @Test
    void offlineNeverAsks() {
        assertThatThrownBy(() -> offline("org/tiny"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_HUB_OFFLINE");
        assertThat(requests).isEmpty();
    }

    @Test
    void saysWhatDoesNotExist() {
        assertThatThrownBy(() -> fetch("org/absent"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("404")
                .hasMessageContaining("/api/models/org/absent");
    }

    @Test
    void sendsTheTokenToTheEndpointAlone() {
        fetch("org/tiny");
        assertThat(requests).filteredOn(request -> request.contains("/store/")).isNotEmpty();
        assertThat(requests).allMatch(request -> request.contains("/store/") != request.contains("Bearer secret"));
    }

    @Test
    void fetchesFromModelScopeIntoItsCache() {
        Path model = fetch("modelscope:org/tiny.model");
        assertThat(model).isEqualTo(home.resolve(".cache/modelscope/hub/models/org/tiny___model"));
        assertThat(model.resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        requests.clear();
        assertThat(fetch("org/tiny.model")).as("found in the other hub's cache").isEqualTo(model);
        assertThat(requests).isEmpty();
    }

    @Test
    void filesOutsideTheModelAreRefused() {
        files.put("../evil.json", new byte[1]);
        assertThatThrownBy(() -> fetch("org/tiny"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("evil.json");
        assertThat(home.resolve(".cache/huggingface/hub/models--org--tiny/blobs"))
                .doesNotExist();
    }

    @Test
    void namesAreToldFromPaths() {
        assertThat(ModelName.of("Langboat/mengzi-t5-base")).isPresent();
        assertThat(ModelName.of("modelscope:damo/nlp_gpt3@v1.0"))
                .hasValue(new ModelName("modelscope", "damo", "nlp_gpt3", "v1.0"));
        for (String path : List.of("models", "./a/b", "a/b/c", "../a", "a/..", "/a/b", "a/b/", "x:a/b")) {
            assertThat(ModelName.of(path)).as(path).isEmpty();
        }
    }

    private Path fetch(String name) {
        return model(name, Map.of());
    }

    private Path offline(String name) {
        return model(name, Map.of("HF_HUB_OFFLINE", "1"));
    }

    private Path model(String name, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("HF_ENDPOINT", endpoint + "/");
        environment.put("HF_TOKEN", "secret");
        environment.put("MODELSCOPE_DOMAIN", endpoint);
        return Hub.of(environment, home).model(ModelName.of(name).orElseThrow(), (file, done, total) -> {});
    }

    // ---------------------------------------------------------------- the server

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestMethod() + " " + path + " " + range + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        try (exchange) {
            if (path.startsWith("/api/models/org/tiny")) {
                send(exchange, listing().getBytes(StandardCharsets.UTF_8), "null");
            } else if (path.contains("/repo/files?")) {
                send(exchange, scopeListing().getBytes(StandardCharsets.UTF_8), "null");
            } else if (path.contains("FilePath=")) {
                send(exchange, files.get(path.substring(path.indexOf("FilePath=") + 9)), String.valueOf(range));
            } else if (path.contains("/resolve/" + COMMIT + "/")) {
                String name = path.substring(path.lastIndexOf('/') + 1);
                byte[] content = files.get(name);
                exchange.getResponseHeaders().add("X-Linked-Etag", "\"" + hash(name) + "\"");
                exchange.getResponseHeaders().add("X-Linked-Size", "" + content.length);
                String elsewhere = endpoint.replace("127.0.0.1", "localhost") + "/store/" + name;
                exchange.getResponseHeaders().add("Location", elsewhere);
                exchange.sendResponseHeaders(302, -1);
            } else if (path.startsWith("/store/")) {
                send(exchange, files.get(path.substring(7)), String.valueOf(range));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void send(HttpExchange exchange, byte[] content, String range) throws IOException {
        int from = range.equals("null") ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        byte[] body = content.clone();
        if (damage && content.length > 100_000) {
            body[body.length - 1]++;
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, head ? -1 : body.length - from);
        if (!head) {
            int end = Math.min(body.length, Math.max(from, cutAfter));
            cutAfter = body.length > cutAfter ? Integer.MAX_VALUE : cutAfter;
            exchange.getResponseBody().write(body, from, end - from);
        }
    }

    private String listing() {
        List<String> siblings = new ArrayList<>();
        files.forEach((name, content) -> siblings.add("{\"rfilename\":\"" + name + "\""
                + (blobs ? ",\"size\":" + content.length + "," + digests(name) : "") + "}"));
        return "{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + String.join(",", siblings) + "]}";
    }

    private String digests(String name) {
        return name.endsWith("safetensors")
                ? "\"blobId\":\"" + COMMIT + "\",\"lfs\":{\"sha256\":\"" + sha256(name) + "\",\"size\":"
                        + files.get(name).length + "}"
                : "\"blobId\":\"" + git(files.get(name)) + "\"";
    }

    private String scopeListing() {
        List<String> listed = new ArrayList<>();
        files.forEach((name, content) -> listed.add("{\"Path\":\"" + name + "\",\"Type\":\"blob\",\"Size\":"
                + content.length + ",\"Sha256\":\"" + sha256(name) + "\"}"));
        return "{\"Code\":200,\"Data\":{\"Files\":[" + String.join(",", listed) + "]}}";
    }

    private String hash(String name) {
        return name.endsWith("safetensors") ? sha256(name) : git(files.get(name));
    }

    private String sha256(String name) {
        return hex("SHA-256", files.get(name), new byte[0]);
    }

    private static String git(byte[] content) {
        return hex("SHA-1", content, ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private static String hex(String algorithm, byte[] content, byte[] before) {
        try {
            MessageDigest hash = MessageDigest.getInstance(algorithm);
            hash.update(before);
            return HexFormat.of().formatHex(hash.digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
