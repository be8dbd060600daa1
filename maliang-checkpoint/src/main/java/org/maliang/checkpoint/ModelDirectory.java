package org.maliang.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.checkpoint.megatron.MegatronCheckpoint;
import org.maliang.checkpoint.torch.TorchFile;

/**
 * A model as the ecosystem knows it: {@code config.json}, {@code model.safetensors} or its shards and index,
 * {@code tokenizer.json}, {@code generation_config.json}; weights of PyTorch and Megatron are
 * read, too. Files are read when they are asked for.
 */
public final class ModelDirectory {
    static final String CONFIG = "config.json";
    static final String GENERATION_CONFIG = "generation_config.json";
    static final String TOKENIZER = "tokenizer.json";
    private static final String TORCH = "pytorch_model.bin";
    private static final String TORCH_INDEX = "pytorch_model.bin.index.json";
    private static final String CARD = "README.md";

    private final Path path;
    private final Path place;
    private final ObjectNode config;

    private ModelDirectory(Path path, Path place) {
        this.path = path;
        this.place = place;
        this.config = Json.read(place.resolve(CONFIG));
    }

    /** Reads the configuration; {@link CheckpointException} when there is none. */
    public static ModelDirectory open(Path path) {
        // A writer that was killed between its two renames left the complete old directory under this name.
        Path old = ModelWriter.aside(path, "old");
        return new ModelDirectory(path, !Files.exists(path) && Files.isDirectory(old) ? old : path);
    }

    /** Begins a directory that appears, or replaces an older one, only when it is complete. */
    public static ModelWriter writer(Path path) {
        return new ModelWriter(path);
    }

    /** The directory as it was asked for. */
    public Path path() {
        return path;
    }

    /** Where its files are at this moment; see {@link ModelWriter}. */
    public Path place() {
        return place;
    }

    /** {@code config.json}. */
    public ObjectNode config() {
        return config.deepCopy();
    }

    /** {@code generation_config.json}, or an empty object. */
    public ObjectNode generationConfig() {
        Path file = place.resolve(GENERATION_CONFIG);
        return Files.exists(file) ? Json.read(file) : Json.emptyObject();
    }

    /**
     * The model's tensors: {@code model.safetensors} or its shards, else {@code pytorch_model.bin} or its shards, else those of
     * Megatron, as PLUG has them.
     * {@link CheckpointException} when there are none or they are damaged.
     */
    public Weights weights() {
        Path single = place.resolve(ShardWriter.SINGLE);
        Path index = place.resolve(ShardWriter.INDEX);
        Path torch = place.resolve(TORCH);
        Path torchIndex = place.resolve(TORCH_INDEX);
        if (Files.exists(single)) {
            return SafeTensors.open(single);
        }
        if (Files.exists(index)) {
            return SafeTensors.openSharded(index);
        }
        if (Files.exists(torch)) {
            return TorchFile.read(torch).stateDict();
        }
        if (Files.exists(torchIndex)) {
            return ShardedFiles.open(torchIndex, ".bin", TorchFile::open);
        }
        return MegatronCheckpoint.isIn(place) ? MegatronCheckpoint.open(place).weights() : SafeTensors.open(single);
    }

    /** Whether {@link #weights} would find some in a directory. */
    public static boolean hasWeights(Path directory) {
        return MegatronCheckpoint.isIn(directory)
                || Stream.of(ShardWriter.SINGLE, ShardWriter.INDEX, TORCH, TORCH_INDEX)
                        .anyMatch(name -> Files.exists(directory.resolve(name)));
    }

    /** The names of the tokenizer's files that are in a directory. */
    public static List<String> tokenizerFiles(Path place) {
        return Stream.concat(
                        ModelWriter.TOKENIZER_FILES.stream(),
                        ModelWriter.OPENAI_FILES.keySet().stream().sorted())
                .filter(name -> Files.isRegularFile(place.resolve(name)))
                .toList();
    }

    /** The licence that the model card, {@code README.md}, states in its header; empty where it says nothing. */
    public static String licence(Path place) {
        Path card = place.resolve(CARD);
        if (!Files.isRegularFile(card)) {
            return "";
        }
        try (var lines = Files.lines(card)) {
            return lines.skip(1)
                    .takeWhile(line -> !line.equals("---"))
                    .filter(line -> line.startsWith("license:"))
                    .map(line -> line.substring("license:".length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return ""; // a card that is no text says nothing
        }
    }

    /** Any file of the directory, such as {@code optimizer.safetensors}; whether it exists or not. */
    public Path file(String name) {
        return place.resolve(name);
    }

    /** A JSON file of a directory that need not hold a model of this form. {@link CheckpointException} when there is none. */
    public static ObjectNode json(Path directory, String name) {
        return Json.read(directory.resolve(name));
    }

    /** A further JSON file of the directory. {@link CheckpointException} when there is none. */
    public JsonNode json(String name) {
        return Json.read(place.resolve(name));
    }
}
