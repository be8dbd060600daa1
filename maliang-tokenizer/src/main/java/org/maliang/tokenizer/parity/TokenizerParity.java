package org.maliang.tokenizer.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerException;

/**
 * Compares tokenizers with golden files: JSON with {@code cases} of {@code text}, {@code ids}, {@code tokens} and
 * {@code decoded}, which name the vocabulary they were made with by its SHA-256. The vocabulary is looked for below the
 * directory of the golden file.
 */
public final class TokenizerParity {

    /**
     * What came of one case.
     *
     * @param name golden file, number of the case and the beginning of its text
     * @param difference the first difference; empty if there is none
     */
    public record Case(String name, String difference) {
        /** Whether everything is as the reference implementation has it. */
        public boolean ok() {
            return difference.isEmpty();
        }
    }

    private TokenizerParity() {}

    /** Whether there is a tokenizer's golden file at the path, or in the directory or one below it. */
    public static boolean covers(Path path) {
        return !goldens(path).isEmpty();
    }

    /**
     * Runs one golden file, or all in a directory and in the directories in it.
     *
     * @throws TokenizerException if there is none, or its vocabulary is missing
     */
    public static List<Case> run(Path path) {
        List<Path> goldens = goldens(path);
        if (goldens.isEmpty()) {
            throw new TokenizerException("tokenizer: no golden file with `cases` and `sha256` at " + path
                    + "; give one, or the directory that holds it");
        }
        List<Case> cases = new ArrayList<>();
        for (Path golden : goldens) {
            cases.addAll(runOne(golden));
        }
        return cases;
    }

    private static List<Case> runOne(Path file) {
        JsonNode golden = read(file);
        List<Case> cases = new ArrayList<>();
        try (var directory = GoldenDirectory.of(file, golden);
                Tokenizer tokenizer = Tokenizer.load(directory.path())) {
            for (String group : List.of("cases", "pairs")) {
                int number = 0;
                for (JsonNode one : golden.path(group)) {
                    String text = one.path("text").asText();
                    String head = text.codePointCount(0, text.length()) > 12
                            ? text.substring(0, text.offsetByCodePoints(0, 12)) + "…"
                            : text;
                    String name = file.getFileName() + " " + group + "[" + number++ + "] " + quoted(head);
                    cases.add(new Case(name, new GoldenCase(one).difference(tokenizer)));
                }
            }
        }
        return cases;
    }

    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static List<Path> goldens(Path path) {
        if (Files.isRegularFile(path)) {
            return isGolden(path) ? List.of(path) : List.of();
        }
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(path, 2)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .filter(TokenizerParity::isGolden)
                    .toList();
        } catch (IOException e) {
            throw new TokenizerException("tokenizer: cannot list " + path + "; check the permissions", e);
        }
    }

    private static boolean isGolden(Path file) {
        JsonNode node = read(file);
        return node.path("cases").isArray() && node.has("sha256");
    }

    private static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new TokenizerException("tokenizer: cannot read " + file + " as JSON; fetch it again", e);
        }
    }
}
