package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.Decoder;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;

/** Models, and files made of them, for these tests. */
final class Samples {
    private static final JsonMapper JSON = new JsonMapper();

    private Samples() {}

    /** The weights of a fixture with a vocabulary of one letter a token, U+4E00 for 0. */
    static Path lettered(Path fixture, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(fixture.resolve(name), directory.resolve(name));
        }
        letters(
                directory,
                json(directory.resolve("config.json")).path("vocab_size").asInt());
        return directory;
    }

    static String letter(int id) {
        return Character.toString(0x4e00 + id);
    }

    private static void letters(Path directory, int count) throws IOException {
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode bpe = tokenizer.putObject("model").put("type", "BPE");
        bpe.putArray("merges");
        ObjectNode letters = bpe.putObject("vocab");
        for (int id = 0; id < count; id++) {
            letters.put(letter(id), id);
        }
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), tokenizer);
    }

    /** A random model of one of LLaMA's relatives, or GPT-2, with a vocabulary that a golden file lies beside, or letters. */
    static Path random(String modelType, Optional<Path> pieces, int rows, Path directory) throws IOException {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("model_type", modelType)
                .put("vocab_size", rows)
                .put("hidden_size", 32)
                .put("num_hidden_layers", 2)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("head_dim", 8)
                .put("intermediate_size", 48)
                .put("max_position_embeddings", 64)
                .put("initializer_range", 0.3)
                .put("bos_token_id", 1)
                .put("eos_token_id", 2);
        if (modelType.equals("gpt2")) {
            config.put("n_positions", 64).put("n_embd", 32).put("n_layer", 2).put("n_head", 4);
        }
        if (pieces.isPresent()) {
            String golden = pieces.get().getFileName().toString().replace(".model", ".json");
            JsonNode roles = json(pieces.get().resolveSibling(golden)).path("bos_eos_pad_unk");
            config.set("bos_token_id", roles.path(0));
            config.set("eos_token_id", roles.path(1));
        }
        try (Decoder decoder = Models.decoder(config, 5)) {
            Models.save(decoder, directory).write();
        }
        if (pieces.isPresent()) {
            Files.copy(pieces.get(), directory.resolve("tokenizer.model"));
        } else {
            letters(directory, rows);
        }
        return directory;
    }

    static List<String> export(Path model, Path file, GgufType type) {
        try (ModelFiles files = ModelFiles.open(model)) {
            return GgufExport.write(files, file, type);
        }
    }

    /** The same file without a value, or with another one. */
    static Path changed(Path from, Path to, String key, Optional<String> value) {
        try (Gguf file = Gguf.open(from)) {
            GgufWriter out = Gguf.writer(to);
            file.values().forEach((name, old) -> {
                if (!name.equals(key)) {
                    put(out, name, old);
                }
            });
            value.ifPresent(text -> out.put(key, text));
            for (String name : file.names()) {
                out.tensor(name, file.type(name), file.info(name).shape(), () -> file.tensor(name));
            }
            out.write();
        }
        return to;
    }

    private static void put(GgufWriter out, String name, Object value) {
        if (value instanceof String text) {
            out.put(name, text);
        } else if (value instanceof Long number) {
            out.put(name, number.intValue());
        } else if (value instanceof Double number) {
            out.put(name, number.floatValue());
        } else if (value instanceof Boolean flag) {
            out.put(name, flag);
        } else if (value instanceof int[] numbers) {
            out.put(name, numbers);
        } else if (value instanceof float[] numbers) {
            out.put(name, numbers);
        } else {
            out.put(name, ((List<?>) value).stream().map(String.class::cast).toList());
        }
    }

    /** The texts that a golden file of tokenizers holds. */
    static List<String> texts(Path golden) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : JSON.readTree(golden.toFile()).path("cases")) {
            texts.add(one.path("text").asText());
        }
        return texts;
    }

    static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    static JsonNode json(Map<String, byte[]> files, String name) throws IOException {
        return JSON.readTree(files.get(name));
    }
}
