package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text files of tokenizers: UTF-8, errors in one line. */
final class TextFile {
    private TextFile() {}

    static String read(Path file) {
        return decode(file, bytes(file));
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The text of a file whose bytes are known. */
    static String decode(Path file, byte[] content) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not UTF-8");
        }
    }

    /** Lines that end in LF, CRLF or CR and nowhere else; no empty one after the last end. */
    static List<String> lines(Path file) {
        String text = read(file);
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                lines.add(text.substring(start, at));
                at += c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n' ? 1 : 0;
                start = at + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    static TokenizerException unreadable(Path file, String why) {
        return new TokenizerException("tokenizer: cannot read " + file + ": " + why + "; fetch or train it again");
    }

    static TokenizerException unreadable(Path file, Exception cause) {
        return new TokenizerException(
                "tokenizer: cannot read " + file + ": " + Text.firstLine(cause.getMessage())
                        + "; fetch or train it again",
                cause);
    }
}
