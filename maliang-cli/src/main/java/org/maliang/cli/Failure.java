package org.maliang.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the user is told when a command fails: one line (what, where, what to do) and the exit code.
 *
 * @param exitCode 1 for a failure, 2 for wrong usage
 * @param line without line breaks, without the leading {@code maliang:}
 */
record Failure(int exitCode, String line) {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    static Failure of(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof ParameterException e) {
            return new Failure(USAGE, usage(e));
        }
        if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
            return new Failure(USAGE, oneLine(cause.getMessage()));
        }
        return new Failure(FAILURE, oneLine(describe(cause)));
    }

    private static Throwable unwrap(Throwable thrown) {
        boolean wrapper = thrown instanceof UncheckedIOException || thrown instanceof CommandLine.ExecutionException;
        return wrapper && thrown.getCause() != null ? unwrap(thrown.getCause()) : thrown;
    }

    private static String usage(ParameterException e) {
        String what = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            what = word.startsWith("-") ? "unknown option " + word : unexpected(word, e.getCommandLine());
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                what += ": did you mean " + near.get(0) + "?";
            }
        }
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        return oneLine(lowerFirst(what)) + (what.endsWith("?") ? " See " : "; see ") + command + " --help";
    }

    private static String unexpected(String word, CommandLine where) {
        boolean group = where.getCommand() instanceof CommandGroup;
        return group ? "unknown command " + word : "unexpected argument " + word;
    }

    private static String describe(Throwable cause) {
        String message = Objects.requireNonNullElse(cause.getMessage(), "");
        if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
            return message + ": no such file or directory; check the path";
        }
        if (cause instanceof AccessDeniedException) {
            return message + ": permission denied; check who owns it";
        }
        if (cause instanceof NotDirectoryException) {
            return message + ": not a directory; name a directory";
        }
        if (cause instanceof FileSystemException || cause instanceof IOException) {
            return message + fullDisk(message);
        }
        if (cause instanceof OutOfMemoryError) {
            return "out of memory (" + message + "); use a smaller batch, context or model";
        }
        if (cause instanceof LinkageError) {
            return "the native libraries do not load on this machine: " + message;
        }
        return domain(cause) ? message : "internal error: " + cause + origin(cause) + "; --debug shows the stack trace";
    }

    private static String fullDisk(String message) {
        return message.contains("No space left") ? "; free some disk space" : "";
    }

    /** Our own exceptions carry a message written for the user; any other is a bug of ours. */
    private static boolean domain(Throwable cause) {
        return cause.getClass().getName().startsWith("org.maliang.") && cause.getMessage() != null;
    }

    private static String origin(Throwable cause) {
        for (StackTraceElement frame : cause.getStackTrace()) {
            if (frame.getClassName().startsWith("org.maliang.")) {
                return " at " + frame.getFileName() + ":" + frame.getLineNumber();
            }
        }
        return "";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String lowerFirst(String text) {
        boolean sentence = text.length() > 1 && Character.isLowerCase(text.charAt(1));
        return sentence ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
    }
}
