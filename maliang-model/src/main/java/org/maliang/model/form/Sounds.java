package org.maliang.model.form;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Rhymes and tones of characters as the regulated verse of the corpora uses them, in simplified spelling. */
final class Sounds {
    /** What the training corpora show. */
    static final Sounds CORPUS = new Sounds();

    private final Map<Integer, Long> rhymes = new HashMap<>();
    private final Map<Integer, Tone> tones = new HashMap<>();

    private Sounds() {
        long rhyme = 1;
        for (String characters : lines("rhymes.txt").values()) {
            long bit = rhyme;
            characters.codePoints().forEach(c -> rhymes.merge(c, bit, (a, b) -> a | b));
            rhyme <<= 1;
        }
        Map<String, String> lines = lines("tones.txt");
        lines.getOrDefault("level", "").codePoints().forEach(c -> tones.put(c, Tone.LEVEL));
        lines.getOrDefault("oblique", "").codePoints().forEach(c -> tones.put(c, Tone.OBLIQUE));
    }

    private static Map<String, String> lines(String resource) {
        Map<String, String> lines = new LinkedHashMap<>();
        try (var in = Objects.requireNonNull(Sounds.class.getResourceAsStream(resource), resource);
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] fields = line.split(" ", 2);
                lines.put(fields[0], fields[1]);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** The level rhymes of a character, one bit each; 0 if it has none. Characters rhyme if they share a bit. */
    long rhymes(int character) {
        return rhymes.getOrDefault(character, 0L);
    }

    /** The tone of a character, {@link Tone#EITHER} if it has both or is too rare to tell. */
    Tone tone(int character) {
        return tones.getOrDefault(character, Tone.EITHER);
    }

    /** Whether a character is not known to have only the other tone. */
    boolean canBe(Tone tone, int character) {
        Tone known = tone(character);
        return known == tone || known == Tone.EITHER || tone == Tone.EITHER;
    }
}
