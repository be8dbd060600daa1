package org.maliang.tokenizer.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.maliang.tokenizer.TokenizerException;

/**
 * A model directory for a golden file, made of the vocabulary it names and the options it was made with; it lives until it
 * is closed.
 *
 * @param path the directory
 */
record GoldenDirectory(Path path) implements AutoCloseable {
    private static final int DEPTH = 3;
    private static final Pattern OPTION = Pattern.compile("(\\w+)=(True|False)");

    static GoldenDirectory of(Path golden, JsonNode content) {
        JsonNode hashes = content.path("sha256");
        try {
            var directory = new GoldenDirectory(Files.createTempDirectory("golden"));
            try {
                if (hashes.isTextual()) {
                    directory.copy(model(golden, hashes.asText()), "tokenizer.model");
                }
                boolean raw = hashes.has("chinese_vocab.model") && !content.has("jieba");
                for (Map.Entry<String, JsonNode> file : hashes.properties()) {
                    Path source = find(golden, file.getKey(), file.getValue().asText());
                    if (!raw) {
                        directory.copy(source, file.getKey());
                    } else if (file.getKey().endsWith(".model")) {
                        directory.copy(source, "tokenizer.model");
                    }
                }
                Files.writeString(
                        directory.path.resolve("tokenizer_config.json"),
                        options(content).toString());
                return directory;
            } catch (IOException | RuntimeException e) {
                directory.close();
                throw e;
            }
        } catch (IOException e) {
            throw new TokenizerException("tokenizer: cannot lay out a directory for " + golden + "; check the disk", e);
        }
    }

    /** The options that {@code about} names as Python writes them; special tokens in the text were text there. */
    private static ObjectNode options(JsonNode content) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        Matcher option = OPTION.matcher(content.path("about").asText());
        while (option.find()) {
            options.put(option.group(1), option.group(2).equals("True"));
        }
        return content.path("sha256").has("vocab.txt") ? options : options.put("split_special_tokens", true);
    }

    private void copy(Path source, String name) throws IOException {
        Files.copy(source, path.resolve(name));
    }

    /** A model lies beside its golden file under the same name; its hash is asked only where it does not. */
    private static Path model(Path golden, String hash) throws IOException {
        String name = golden.getFileName().toString();
        Path beside = golden.resolveSibling(name.substring(0, name.length() - ".json".length()) + ".model");
        return Files.isRegularFile(beside) ? beside : find(golden, ".model", hash);
    }

    private static Path find(Path golden, String name, String hash) throws IOException {
        Path below = golden.toAbsolutePath().getParent();
        List<Path> candidates;
        try (Stream<Path> files = Files.walk(below, DEPTH)) {
            candidates = files.filter(file -> file.getFileName().toString().endsWith(name))
                    .filter(Files::isRegularFile)
                    .toList();
        }
        for (Path candidate : candidates) {
            if (sha256(Files.readAllBytes(candidate)).equals(hash)) {
                return candidate;
            }
        }
        throw new TokenizerException("tokenizer: below " + below + " is no …" + name + " with the SHA-256 " + hash
                + " that " + golden.getFileName() + " was made with; put it there");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new TokenizerException("tokenizer: cannot remove " + path + "; check the permissions", e);
        }
    }
}
