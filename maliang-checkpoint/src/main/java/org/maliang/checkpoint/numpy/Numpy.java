package org.maliang.checkpoint.numpy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/**
 * Arrays as {@code numpy.save} and {@code numpy.savez} write them
 * (<a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format</a>), little-endian, of any
 * type that {@link org.maliang.tensor.DType} has. The two-byte type without a meaning, {@code V2}, is taken for the
 * bfloat16 of ml_dtypes, which NumPy stores so. Python objects are refused: reading them would run code.
 */
public final class Numpy {
    private static final int ZIP = 0x504b0304; // "PK\3\4"
    private static final int EMPTY_ZIP = 0x504b0506;

    private Numpy() {}

    /**
     * Opens an {@code .npz}, whose tensors have their names in it without {@code .npy}, or an {@code .npy}, whose tensor has
     * the name of the file without {@code .npy}. Tensors are mapped; those of a compressed {@code .npz} are
     * unpacked one by one when they are asked for.
     *
     * @throws CheckpointException when it is damaged, or holds an array that is no tensor
     */
    public static Weights open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
            while (start.hasRemaining() && channel.read(start) >= 0) {}
            int magic = start.getInt(0);
            return magic == ZIP || magic == EMPTY_ZIP ? NpzFile.open(file, channel) : NpyFile.open(file);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    /** Writes an {@code .npz}, atomically and uncompressed, reading one tensor at a time; bfloat16 becomes F32. */
    public static void write(Path file, Weights weights) {
        Map<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
        weights.names().forEach(name -> sources.put(name, () -> weights.tensor(name)));
        AtomicFile.write(file, new NpzWriter(sources));
    }

    /** {@link #write(Path, Weights)} for tensors at hand. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        Map<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> sources.put(name, () -> tensor));
        AtomicFile.write(file, new NpzWriter(sources));
    }
}
