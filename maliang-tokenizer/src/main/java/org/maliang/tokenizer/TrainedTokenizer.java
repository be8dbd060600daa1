package org.maliang.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What a trainer learned, ready to be written as files that Hugging Face and {@link Tokenizer#load} read. */
public final class TrainedTokenizer {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ObjectNode json;
    private final int vocabularySize;
    private final List<String> specialTokens;

    TrainedTokenizer(ObjectNode json, int vocabularySize, List<String> specialTokens) {
        this.json = json;
        this.vocabularySize = vocabularySize;
        this.specialTokens = specialTokens;
    }

    /** Entries learned, special tokens and bytes included. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into the directory, which is made if needed; each
     * file appears whole or not at all.
     */
    public void write(Path directory) {
        writeTokenizer(directory);
        write(directory, "tokenizer_config.json", config());
    }

    /** Writes {@code tokenizer.json} alone. */
    void writeTokenizer(Path directory) {
        write(directory, "tokenizer.json", json);
    }

    private static void write(Path directory, String name, ObjectNode content) {
        try {
            Files.createDirectories(directory);
            replace(directory.resolve(name), text(content));
        } catch (IOException e) {
            throw new TokenizerException(
                    "tokenizer: cannot write to " + directory + ": " + Text.firstLine(e.toString())
                            + "; check the disk and the permissions",
                    e);
        }
    }

    private ObjectNode config() {
        ObjectNode config = MAPPER.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("clean_up_tokenization_spaces", false);
        if (!specialTokens.isEmpty()) {
            String end = specialTokens.get(0);
            config.put("bos_token", end).put("eos_token", end).put("pad_token", end);
        }
        return config;
    }

    private static String text(ObjectNode node) throws JsonProcessingException {
        var printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return MAPPER.writer(printer).writeValueAsString(node) + "\n";
    }

    private static void replace(Path file, String content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.writeString(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
