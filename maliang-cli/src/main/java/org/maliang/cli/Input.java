package org.maliang.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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
            throw new IllegalArgumentException("standard input is not valid UTF-8; convert it first, as with iconv", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
