package org.maliang.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Collects what goes into a model directory and writes it as a whole: into a hidden directory beside the target, flushed
 * to the disk, then renamed. A crash at any moment leaves the old or the new directory readable by
 * {@link ModelDirectory#open}. Tensors are streamed when {@link #write} is called and must be alive until then.
 *
 * <pre>{@code
 * ModelDirectory.writer(path).config(config).weights(model.parameters()).tokenizerFrom(source).write();
 * }</pre>
 */
public final class ModelWriter {
    static final List<String> TOKENIZER_FILES = List.of(
            ModelDirectory.TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "vocab.txt",
            "tokenizer.model",
            "spiece.model",
            "sentencepiece.bpe.model",
            "chinese_vocab.model",
            "chat_template.jinja");

    static final Map<String, String> OPENAI_FILES = Map.of("encoder.json", "vocab.json", "vocab.bpe", "merges.txt");

    private final Path path;
    private final Map<String, AtomicFile.Body> files = new LinkedHashMap<>();
    private final Map<String, Map<String, Entry>> tensorFiles = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>(Map.ofEntries(SafeTensors.FORMAT));
    private long shardBytes = Long.MAX_VALUE;

    ModelWriter(Path path) {
        this.path = path;
    }

    /** {@code config.json}. */
    public ModelWriter config(JsonNode config) {
        return json(ModelDirectory.CONFIG, config);
    }

    /** {@code generation_config.json}. */
    public ModelWriter generationConfig(JsonNode config) {
        return json(ModelDirectory.GENERATION_CONFIG, config);
    }

    /** The model's tensors, as {@code model.safetensors} or as shards. */
    public ModelWriter weights(Map<String, Tensor> tensors) {
        return tensors(ShardWriter.SINGLE, tensors);
    }

    /** The model's tensors, each converted to one number format as it is written. */
    public ModelWriter weights(Map<String, Tensor> tensors, DType dtype) {
        var entries = new LinkedHashMap<String, Entry>();
        tensors.forEach((name, tensor) -> entries.put(name, Entry.of(name, tensor, dtype)));
        return entries(ShardWriter.SINGLE, entries);
    }

    /**
     * The tensors of another checkpoint, read one by one while they are written; floating ones become {@code dtype}, or stay
     * as they are where it is empty. {@code weights} must be open until {@link #write}.
     */
    public ModelWriter weights(Weights weights, Optional<DType> dtype) {
        var entries = new LinkedHashMap<String, Entry>();
        for (String name : weights.names()) {
            entries.put(name, Entry.of(name, LazyTensor.of(weights, name).to(dtype)));
        }
        return entries(ShardWriter.SINGLE, entries);
    }

    /** More tensors in a file of their own, such as {@code optimizer.safetensors}. */
    public ModelWriter tensors(String name, Map<String, Tensor> tensors) {
        return entries(name, Entry.of(tensors));
    }

    ModelWriter entries(String name, Map<String, Entry> entries) {
        tensorFiles.put(plain(name), entries);
        return this;
    }

    /** Stores a checksum of every tensor, for {@link Weights#verify}. */
    public ModelWriter checksums() {
        metadata.put(SafeTensors.CHECKSUM.getKey(), SafeTensors.CHECKSUM.getValue());
        return this;
    }

    /** Strings for the headers of the tensor files, added to {@code format=pt}. */
    public ModelWriter metadata(Map<String, String> more) {
        metadata.putAll(more);
        return this;
    }

    /** Splits the model's tensors into files with at most this much data each. */
    public ModelWriter shardBytes(long bytes) {
        shardBytes = bytes;
        return this;
    }

    /** A further JSON file. */
    public ModelWriter json(String name, JsonNode content) {
        return bytes(name, Json.pretty(content));
    }

    /** A further text file, such as a model card. */
    public ModelWriter text(String name, String content) {
        return bytes(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Copies a file under its own name. */
    public ModelWriter copy(Path file) {
        return copy(file, String.valueOf(file.getFileName()));
    }

    private ModelWriter copy(Path file, String name) {
        files.put(plain(name), channel -> transfer(file, channel));
        return this;
    }

    /**
     * Copies whatever tokenizer files another directory has; it may be the one that is replaced. OpenAI's files get the names
     * that all others have.
     */
    public ModelWriter tokenizerFrom(Path directory) {
        OPENAI_FILES.forEach((theirs, usual) -> {
            if (Files.isRegularFile(directory.resolve(theirs))) {
                copy(directory.resolve(theirs), usual);
            }
        });
        TOKENIZER_FILES.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .forEach(this::copy);
        return this;
    }

    /**
     * Writes everything. Of a directory that is replaced, files that are no part of a model (README.md, LICENSE) are
     * carried over; a directory that holds no model, or holds other directories, is refused.
     *
     * @throws CheckpointException when that fails; the old directory is then unchanged
     */
    public ModelDirectory write() {
        tensorFiles.forEach((name, entries) -> files.putAll(contents(name, entries)));
        Path target = path.toAbsolutePath().normalize();
        Path temporary = aside(target, "tmp");
        Path old = aside(target, "old");
        try {
            recover(target, old);
            carryOver(target);
            delete(temporary);
            try {
                writeAll(temporary);
                replace(temporary, target, old);
            } finally {
                delete(temporary);
            }
        } catch (IOException e) {
            throw CheckpointException.writing(path, e);
        }
        return ModelDirectory.open(path);
    }

    /** The hidden sibling of a directory that holds its unfinished, or its previous, content. */
    static Path aside(Path directory, String suffix) {
        Path absolute = directory.toAbsolutePath().normalize();
        if (absolute.getFileName() == null) {
            throw new CheckpointException(directory, "is a file system's root", "name a directory in it");
        }
        return absolute.resolveSibling("." + absolute.getFileName() + "." + suffix);
    }

    private Map<String, AtomicFile.Body> contents(String name, Map<String, Entry> entries) {
        return name.equals(ShardWriter.SINGLE)
                ? new ShardWriter(entries.values(), metadata, shardBytes).files()
                : Map.of(name, new SafeTensorsWriter(entries.values(), metadata));
    }

    /** Ends what a killed writer began: either its old directory returns, or it is no longer needed. */
    private static void recover(Path target, Path old) throws IOException {
        if (Files.exists(target)) {
            delete(old);
        } else if (Files.exists(old)) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void carryOver(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        try (var present = Files.list(target)) {
            var all = present.toList();
            boolean model = all.isEmpty() || Files.exists(target.resolve(ModelDirectory.CONFIG));
            if (!model || !all.stream().allMatch(Files::isRegularFile)) {
                throw new CheckpointException(path, "holds something other than a model", "choose another directory");
            }
            all.stream()
                    .filter(file -> !belongsToModel(file.getFileName().toString()))
                    .filter(file -> !files.containsKey(file.getFileName().toString()))
                    .forEach(this::copy);
        }
    }

    private static boolean belongsToModel(String name) {
        return name.endsWith(".json") || name.endsWith(".safetensors") || TOKENIZER_FILES.contains(name);
    }

    private void writeAll(Path temporary) throws IOException {
        Files.createDirectories(temporary);
        for (var file : files.entrySet()) {
            AtomicFile.writeSynced(temporary.resolve(file.getKey()), file.getValue());
        }
        AtomicFile.sync(temporary);
    }

    /** A directory cannot be renamed onto another: the old one steps aside for a moment. */
    private static void replace(Path temporary, Path target, Path old) throws IOException {
        if (Files.exists(target)) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            recover(target, old);
            throw e;
        }
        AtomicFile.sync(target.getParent());
        delete(old);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var inside = Files.walk(directory)) {
            for (var file : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A further file. */
    public ModelWriter bytes(String name, byte[] content) {
        files.put(plain(name), channel -> {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
        return this;
    }

    private static void transfer(Path file, FileChannel to) throws IOException {
        try (var from = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = from.size();
            long moved = 1;
            for (long at = 0; at < size && moved > 0; at += moved) {
                moved = from.transferTo(at, size - at, to);
            }
        }
    }

    private String plain(String name) {
        if (name.isBlank() || Set.of(".", "..").contains(name) || name.contains("/") || name.contains("\\")) {
            throw new CheckpointException(
                    path, "cannot hold a file named " + CheckpointException.quote(name), "rename it");
        }
        return name;
    }
}
