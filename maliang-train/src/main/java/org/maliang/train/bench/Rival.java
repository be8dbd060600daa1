package org.maliang.train.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another program that trains and prints its speed, as in {@code tok/s median 412.3} or {@code 412.3 tokens/s}.
 *
 * @param command a line for {@code sh}
 */
public record Rival(String command) {
    private static final Pattern BEFORE = Pattern.compile("(?:tok|tokens)/s(?: median)?[ :=]+([0-9.]+)");
    private static final Pattern AFTER = Pattern.compile("([0-9.]+) *(?:tok|tokens)/s");

    /** Runs the program once and gives the last speed it prints. */
    public double tokensPerSecond() {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalArgumentException("'" + command + "' ended with exit code " + code + ": run it alone");
            }
            return speed(printed);
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
}
