package org.maliang.checkpoint;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A model file or directory cannot be read or written. The message is one line: which file, what is wrong with it, what
 * to do. Text that came from the file is shortened and freed of control characters.
 */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_MESSAGE = 1000;
    private static final int LONGEST_QUOTE = 120;

    /** {@code file: what; remedy}. */
    public CheckpointException(Path file, String what, String remedy) {
        super(message(file, what, remedy));
    }

    /** The same, keeping the cause for {@code --debug}. */
    public CheckpointException(Path file, String what, String remedy, Throwable cause) {
        super(message(file, what, remedy), cause);
    }

    /** A file that could not be read. */
    public static CheckpointException reading(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new CheckpointException(file, "no such file", "check the path", cause);
        }
        return new CheckpointException(file, "cannot be read: " + reason(cause), "check the disk and the path", cause);
    }

    /** A file that could not be written. */
    public static CheckpointException writing(Path file, IOException cause) {
        String remedy = "free some space or choose another place; what was there before is unchanged";
        return new CheckpointException(file, "cannot be written: " + reason(cause), remedy, cause);
    }

    /** One name or phrase from a file, safe to print. */
    public static String quote(String text) {
        String shown = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
        return "'" + clean(shown) + "'";
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof CharacterCodingException) {
            return "invalid UTF-8";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static String message(Path file, String what, String remedy) {
        String line = clean(file + ": " + what + "; " + remedy);
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }

    private static String clean(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(printable(c) ? c : '\uFFFD'));
        return out.toString();
    }

    private static boolean printable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
