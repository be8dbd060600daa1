package org.maliang.serve.gate;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.maliang.serve.ApiException;

/**
 * Who may use the API, and how often: a file with one key a line, behind it the requests a minute where these are limited.
 * Blank lines and what begins with {@code #} do not count.
 */
public final class ApiKeys {

    private static final String SCHEME = "Bearer ";

    private final Map<String, Optional<TokenBucket>> buckets; // by digest, so that looking up tells nothing of a key

    private ApiKeys(Map<String, Optional<TokenBucket>> buckets) {
        this.buckets = Map.copyOf(buckets);
    }

    /** Everybody may. */
    public static ApiKeys none() {
        return new ApiKeys(Map.of());
    }

    /**
     * Reads a file of keys.
     *
     * @throws IllegalArgumentException if a line is not understood, or there is no key; the message names the line
     */
    public static ApiKeys read(Path file) {
        Map<String, Optional<TokenBucket>> buckets = new HashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    String[] words = text.split("\\s+");
                    if (words.length > 2 || (words.length == 2 && !words[1].matches("[1-9]\\d{0,6}"))) {
                        throw new IllegalArgumentException(file + ":" + number
                                + ": expected a key and, behind it, how many requests a minute it is good for");
                    }
                    buckets.put(
                            digest(words[0]),
                            words.length == 1
                                    ? Optional.empty()
                                    : Optional.of(new TokenBucket(Integer.parseInt(words[1]))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (buckets.isEmpty()) {
            throw new IllegalArgumentException(file + ": holds no key; write one a line");
        }
        return new ApiKeys(buckets);
    }

    /**
     * Lets a request in and counts it.
     *
     * @throws ApiException if its key is unknown or used too often
     */
    public void admit(Context request) {
        known(request).flatMap(TokenBucket::take).ifPresent(wait -> {
            throw ApiException.tooMany("this API key is used too often: wait " + seconds(wait) + " s", wait);
        });
    }

    /**
     * Lets a request in that costs little.
     *
     * @throws ApiException if its key is unknown
     */
    public void look(Context request) {
        var unused = known(request);
    }

    private Optional<TokenBucket> known(Context request) {
        if (buckets.isEmpty()) {
            return Optional.empty();
        }
        String header = Optional.ofNullable(request.header("Authorization")).orElse("");
        Optional<TokenBucket> bucket = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? buckets.get(digest(header.substring(SCHEME.length()).strip()))
                : null;
        if (bucket == null) {
            throw ApiException.unknownKey(
                    "this server wants an API key: send one of its own as Authorization: Bearer KEY");
        }
        return bucket;
    }

    private static long seconds(Duration wait) {
        return Math.max(1, (wait.toMillis() + 999) / 1000);
    }

    private static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
