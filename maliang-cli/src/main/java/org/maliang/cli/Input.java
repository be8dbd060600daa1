package org.maliang.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** Text that a user gives: on the command line, or on standard input where the argument is {@code -}. */
final class Input {
    private Input() {}

    /**
     * The text itself; that of standard input without its last line break.
     *
     * @throws IllegalArgumentException if standard input is not UTF-8
     */
    static String text(String argument) {
        if (!argument.equals("-")) {
            return argument;
        }
        try {
            var bytes = ByteBuffer.wrap(System.in.readAllBytes());
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().replaceFirst("\\R\\z", "");
        } catch (CharacterCodingException e) {
            throw notUtf8(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The lines of standard input as they come, without blank ones.
     *
     * @throws IllegalArgumentException while they are read, if they are not UTF-8
     */
    static Stream<String> lines() {
        var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
        return Stream.generate(() -> next(reader))
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .filter(line -> !line.isBlank());
    }

    private static Optional<String> next(BufferedReader reader) {
        try {
            return Optional.ofNullable(reader.readLine());
        } catch (CharacterCodingException e) {
            throw notUtf8(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalArgumentException notUtf8(CharacterCodingException cause) {
        return new IllegalArgumentException(
                "standard input is not valid UTF-8; convert it first, as with iconv", cause);
    }
}
