package org.maliang.checkpoint.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server. The token goes to that server alone, never to where it redirects.
 *
 * @param endpoint such as {@code https://huggingface.co}
 * @param token of the user; empty for none
 */
record Http(URI endpoint, String token) {
    private static final int CONNECT_MILLIS = 20_000;
    private static final int READ_MILLIS = 60_000;
    private static final int REDIRECTS = 6;

    /** An answer whose status is 200, 206 or 416. */
    record Answer(HttpURLConnection connection, int status, Map<String, String> firstHeaders) implements AutoCloseable {

        InputStream body() throws IOException {
            return connection.getInputStream();
        }

        /** A header of this answer, or of the first redirect, which knows more of the file. */
        Optional<String> header(String name) {
            return Optional.ofNullable(firstHeaders.get(name))
                    .or(() -> Optional.ofNullable(connection.getHeaderField(name)));
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    /** Asks for a file from byte {@code from} on, or with {@code HEAD} only what is known of it. */
    Answer ask(String method, URI uri, long from) throws IOException {
        Map<String, String> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        URI at = uri;
        for (int hop = 0; hop < REDIRECTS; hop++) {
            HttpURLConnection connection = open(method, at, from);
            int status = connection.getResponseCode();
            if (hop == 0) {
                connection.getHeaderFields().forEach((name, values) -> keepExtension(first, name, values.get(0)));
            }
            if (status == 200 || status == 206 || status == 416) {
                return new Answer(connection, status, first);
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (status / 100 != 3 || location == null) {
                throw new HubException(at.getHost() + " answers " + status + reason(status, uri));
            }
            at = at.resolve(location);
        }
        throw new HubException(uri + " redirects in circles: check the endpoint");
    }

    private HttpURLConnection open(String method, URI uri, long from) throws IOException {
        if (uri.getScheme() == null || !uri.getScheme().matches("https?")) {
            throw new HubException(uri + " is no http or https address: check the endpoint");
        }
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setRequestMethod(method);
        connection.setRequestProperty("User-Agent", "maliang");
        connection.setRequestProperty("Accept-Encoding", "identity");
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        boolean home =
                uri.getHost().equals(endpoint.getHost()) && uri.getScheme().equals(endpoint.getScheme());
        if (home && !token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        return connection;
    }

    /** What Hugging Face says of a file while it redirects to the store that has it. */
    private static void keepExtension(Map<String, String> headers, @Nullable String name, String value) {
        if (name != null && name.toLowerCase(Locale.ROOT).startsWith("x-")) { // the status line has no name
            headers.put(name, value);
        }
    }

    private static String reason(int status, URI uri) {
        return switch (status) {
            case 401, 403 ->
                " for " + uri.getPath() + ": there is no such model, or it needs a token that may read it (HF_TOKEN)";
            case 404 -> " for " + uri.getPath() + ": there is no such model, revision or file; check the name";
            case 429 -> ": too many requests; wait a while";
            default -> " for " + uri.getPath() + "; try again later or set another endpoint (HF_ENDPOINT)";
        };
    }
}
