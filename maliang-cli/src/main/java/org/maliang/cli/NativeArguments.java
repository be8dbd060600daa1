package org.maliang.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The arguments as they were typed. Under a locale without UTF-8 ({@code LANG=C}) Java replaces every Chinese character of
 * the command line before {@code main} sees it; Linux still has the bytes.
 */
final class NativeArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private NativeArguments() {}

    static String[] recover(String[] args) {
        boolean decoded = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
        boolean ascii = Arrays.stream(args).allMatch(arg -> arg.chars().allMatch(c -> c < 128));
        if (decoded || ascii || !Files.isReadable(COMMAND_LINE)) {
            return args;
        }
        try {
            String[] all =
                    Files.readString(COMMAND_LINE, StandardCharsets.UTF_8).split("\0", -1); // ends with a NUL
            int end = all.length - 1;
            return end < args.length ? args : Arrays.copyOfRange(all, end - args.length, end);
        } catch (IOException e) { // not UTF-8 after all: what Java made of them is the best there is
            return args;
        }
    }

    /**
     * Refuses arguments that are not UTF-8: Java put U+FFFD where it could not read them.
     *
     * @throws IllegalArgumentException if there is one
     */
    static void requireWhole(String[] args) {
        for (String arg : args) {
            if (arg.indexOf('\uFFFD') >= 0) {
                throw new IllegalArgumentException(
                        "the argument '" + arg + "' is not valid UTF-8; type it in a UTF-8 terminal, or convert it");
            }
        }
    }
}
