package org.maliang.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.maliang.tensor.Tensor;

/**
 * Named tensors in one file or in several shards. Opening reads the headers only; a tensor's data is paged in from the
 * memory-mapped file when it is touched. A file that is mapped must not be truncated by others; replacing it by a rename,
 * as {@link SafeTensors} does, is safe.
 */
public interface Weights extends AutoCloseable {

    /** All names, in the order of the data. */
    Set<String> names();

    /** What the header says of a tensor. {@link CheckpointException} with the nearest names when there is none. */
    TensorInfo info(String name);

    /**
     * A read-only, memory-mapped tensor; it belongs to the current scope, or to the caller. {@link CheckpointException}
     * with the nearest names when there is none.
     */
    Tensor tensor(String name);

    /** Free-form strings from the header, such as {@code format=pt}; of the first shard when there are several. */
    Map<String, String> metadata();

    /** Length of all weight files together, in bytes. */
    long bytes();

    /**
     * Reads all data and compares it with the checksums in the header, if there are any.
     *
     * @return how many tensors had a checksum (0 in files of other programs)
     * @throws CheckpointException naming the first tensor that differs
     */
    int verify();

    /** {@link CheckpointException} that names the missing tensors, and the nearest that are present, unless all exist. */
    default void require(Collection<String> names) {
        var missing = names.stream().filter(name -> !names().contains(name)).toList();
        if (!missing.isEmpty()) {
            throw Names.missing(source(), missing, names());
        }
    }

    /** The weight file, or the index of the shards. */
    Path source();

    /** Tensors made earlier stay valid. */
    @Override
    void close();
}
