package org.maliang.serve.studio;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The files of the page, from the class path: browsers keep them and ask whether they still hold. */
final class Pages {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.(html|js|css|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");
    /** Nothing from elsewhere, nothing inline. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private record File(byte[] bytes, String tag) {}

    private final Map<String, Optional<File>> files = new ConcurrentHashMap<>();

    /** Sends a file; 404 if there is none of this name. */
    void send(Context context, String name) {
        Optional<File> file =
                NAME.matcher(name).matches() ? files.computeIfAbsent(name, Pages::load) : Optional.empty();
        if (file.isEmpty()) {
            context.status(404).contentType("text/plain; charset=utf-8").result("no such page");
            return;
        }
        context.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
        send(context, TYPES.getOrDefault(name.substring(name.indexOf('.') + 1), ""), file.get());
    }

    /** Sends something made, which browsers keep, too. */
    static void send(Context context, String type, String content) {
        send(context, type, file(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static void send(Context context, String type, File file) {
        context.header("Cache-Control", "no-cache").header("ETag", file.tag());
        if (file.tag().equals(context.header("If-None-Match"))) {
            context.status(304);
        } else {
            context.contentType(type).result(file.bytes());
        }
    }

    private static Optional<File> load(String name) {
        try (var in = Pages.class.getResourceAsStream("/studio/" + name)) {
            return in == null ? Optional.empty() : Optional.of(file(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File file(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new File(bytes, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
