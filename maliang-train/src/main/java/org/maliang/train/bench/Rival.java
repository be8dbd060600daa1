package org.maliang.train.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another program that does the same work and prints its speed.
 *
 * @param command a line for {@code sh}
 */
public record Rival(String command) {
    private static final Pattern BEFORE = Pattern.compile("(?:tok|tokens)/s(?: median)?[ :=]+([0-9.]+)");
    private static final Pattern AFTER = Pattern.compile("([0-9.]+) *(?:tok|tokens)/s");
    private static final Pattern NAMED =
            Pattern.compile("(\\S.*?)[ :=\\t]+([0-9]+(?:\\.[0-9]+)?)(?: *(?:tok|tokens)/s)?\\s*");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Runs the program once and gives the last speed it prints, as in {@code tok/s median 412.3} or {@code 412.3 tokens/s}. */
    public double tokensPerSecond() {
        return speed(output());
    }

    /**
     * Runs the program once and gives all speeds it prints, by the name of the work: lines such as {@code prefill 512 226.0},
     * JSON objects such as <code>{"prefill 512": 226.0}</code>, one a line, or what {@code llama-bench -o jsonl} prints.
     */
    public Map<String, Double> speeds() {
        return speeds(output());
    }

    private String output() {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalArgumentException("'" + command + "' ended with exit code " + code + ": run it alone");
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while '" + command + "' ran", e);
        }
    }

    double speed(String printed) {
        double last = Double.NaN;
        for (String line : printed.lines().toList()) {
            Matcher before = BEFORE.matcher(line);
            Matcher after = AFTER.matcher(line);
            if (before.find()) {
                last = Double.parseDouble(before.group(1));
            } else if (after.find()) {
                last = Double.parseDouble(after.group(1));
            }
        }
        if (Double.isNaN(last)) {
            throw new IllegalArgumentException(
                    "'" + command + "' printed no speed: a line with 'tok/s 412.3' or '412.3 tokens/s' is needed");
        }
        return last;
    }

    Map<String, Double> speeds(String printed) {
        Map<String, Double> speeds = new LinkedHashMap<>();
        for (String line : printed.lines().toList()) {
            Matcher named = NAMED.matcher(line);
            if (line.startsWith("{")) {
                read(line, speeds);
            } else if (named.matches()) {
                speeds.put(named.group(1), Double.parseDouble(named.group(2)));
            }
        }
        if (speeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + command
                            + "' printed no speed: lines with the name of a row and a number, as 'prefill 512 226.0', are needed");
        }
        return speeds;
    }

    private static void read(String line, Map<String, Double> speeds) {
        JsonNode found;
        try {
            found = JSON.readTree(line);
        } catch (JsonProcessingException e) { // some other line that begins with a brace
            return;
        }
        if (found.has("avg_ts")) {
            speeds.put(llamaBench(found), found.path("avg_ts").asDouble());
            return;
        }
        found.properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                speeds.put(field.getKey(), field.getValue().asDouble());
            }
        });
    }

    /** Our name of a test of llama.cpp's llama-bench. */
    private static String llamaBench(JsonNode test) {
        int prompt = test.path("n_prompt").asInt();
        int written = test.path("n_gen").asInt();
        int depth = test.path("n_depth").asInt();
        if (written == 0) {
            return "prefill " + prompt + (depth == 0 ? "" : " after " + depth);
        }
        return (prompt == 0 ? "" : "prefill " + prompt + ", ") + "decode " + written + " after " + depth;
    }
}
