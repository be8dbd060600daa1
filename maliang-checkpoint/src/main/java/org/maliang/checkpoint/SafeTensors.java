package org.maliang.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import org.maliang.tensor.Tensor;

/**
 * The <a href="https://huggingface.co/docs/safetensors">safetensors</a> format, as Hugging Face writes it: load, save,
 * load gives the same bytes.
 *
 * <pre>{@code
 * try (var weights = SafeTensors.open(Path.of("model.safetensors"))) {
 *     Tensor embedding = weights.tensor("transformer.wte.weight");
 * }
 * }</pre>
 */
public final class SafeTensors {
    /** Metadata of files whose tensors are PyTorch's. */
    public static final Map.Entry<String, String> FORMAT = Map.entry("format", "pt");

    /** Metadata that asks the writer for one checksum per tensor, which {@link Weights#verify} compares. */
    public static final Map.Entry<String, String> CHECKSUM = Map.entry("checksum", "crc32c");

    private SafeTensors() {}

    /**
     * Reads and checks the header.
     *
     * @throws CheckpointException when it is not a complete and consistent file
     */
    public static Weights open(Path file) {
        return new SingleFile(file, Header.read(file));
    }

    /** Opens a set of shards by its index, {@code model.safetensors.index.json}. */
    public static Weights openSharded(Path index) {
        return ShardedFiles.open(index, ".safetensors", SafeTensors::open);
    }

    /**
     * Writes one file, atomically: on any failure the file that was there stays as it is. Tensors are streamed.
     *
     * @param metadata strings for the header, usually {@link #FORMAT} and perhaps {@link #CHECKSUM}
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        AtomicFile.write(file, new SafeTensorsWriter(Entry.of(tensors).values(), metadata));
    }

    /**
     * Writes {@code model.safetensors}, or, when the tensors need more than the given bytes, numbered shards and their
     * index, into a directory that holds no weights yet. To replace a model use {@link ModelDirectory#writer}.
     *
     * @param shardBytes most data in one file; a larger tensor has a file to itself
     */
    public static void writeSharded(
            Path directory, Map<String, Tensor> tensors, Map<String, String> metadata, long shardBytes) {
        new ShardWriter(Entry.of(tensors).values(), metadata, shardBytes).write(directory);
    }
}
