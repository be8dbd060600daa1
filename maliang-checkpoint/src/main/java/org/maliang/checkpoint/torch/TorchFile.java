package org.maliang.checkpoint.torch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.zip.Place;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * A file of {@code torch.save}: the zip archive of PyTorch 1.6 and later, or the stream of older ones
 * ({@code torch/serialization.py}). Reading takes in the pickle only; numbers are paged in when they are touched.
 *
 * <pre>{@code
 * try (var weights = TorchFile.open(Path.of("pytorch_model.bin"))) {
 *     Tensor embedding = weights.tensor("transformer.wte.weight");
 * }
 * }</pre>
 *
 * <p><b>No pickle can run code.</b> A pickle is a program that may ask for calls. Here a fixed list of calls is known: the
 * rebuilding of tensors and parameters, ordered and default dictionaries, sets, sizes, devices, NumPy arrays and scalars,
 * bytes, {@code Namespace}, and the enumerations of Megatron and DeepSpeed. Each makes plain data. A call of anything
 * else makes the file refused by the name of the function. An object of an unknown class becomes a {@link PythonObject},
 * attributes without behaviour. Names in the file never select a Java class or method.
 */
public final class TorchFile {
    private static final List<String> WRAPPERS = List.of("state_dict", "module", "model", "model_state_dict");

    private final Path path;
    private final long bytes;
    private final TorchContent content;

    private TorchFile(Path path, long bytes, TorchContent content) {
        this.path = path;
        this.bytes = bytes;
        this.content = content;
    }

    /**
     * Reads the pickle.
     *
     * @throws CheckpointException when it is not a complete and consistent file, or asks for a call that is not known
     */
    public static TorchFile read(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var content = TorchContent.read(path, channel);
            content.check(path, channel.size());
            return new TorchFile(path, channel.size(), content);
        } catch (IOException e) {
            throw CheckpointException.reading(path, e);
        }
    }

    /**
     * The tensors of a state dictionary; those of inner dictionaries have names joined by dots. Complex, quantised and
     * 8-bit floating-point ones, which have no {@link DType}, are not among them.
     */
    public static Weights open(Path path) {
        return read(path).weights();
    }

    /**
     * The tensors of the state dictionary, wherever a training program put it: below {@code state_dict}, {@code module} or
     * {@code model} where there is such a dictionary, else the whole file.
     */
    public Weights stateDict() {
        List<String> way = new ArrayList<>();
        Object at = content.root();
        while (at instanceof Map<?, ?> map) {
            String next = WRAPPERS.stream()
                    .filter(key -> map.get(key) instanceof Map<?, ?>)
                    .findFirst()
                    .orElse("");
            if (next.isEmpty() || way.size() == WRAPPERS.size()) {
                break;
            }
            way.add(next);
            at = map.get(next);
        }
        return weights(way.toArray(String[]::new));
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Length of the file. */
    public long bytes() {
        return bytes;
    }

    /**
     * The saved object: {@link Map}, {@link List} (also for tuples), {@link java.util.Set}, {@link String},
     * {@link Long}, {@link java.math.BigInteger}, {@link Double}, {@link Boolean}, {@link java.nio.ByteBuffer},
     * {@link None}, {@link TorchTensor}, {@link Global} or {@link PythonObject}. A hostile file can make it cyclic.
     */
    public Object root() {
        return content.root();
    }

    /**
     * The tensors below one inner dictionary.
     *
     * @param keys the way from the root to it, such as {@code "module"}; none for the root
     * @throws CheckpointException when there is no dictionary at that place
     */
    public Weights weights(String... keys) {
        Object found = content.root();
        for (String key : keys) {
            if (!(found instanceof Map<?, ?> map && map.containsKey(key))) {
                String way = CheckpointException.quote(String.join(".", keys));
                throw new CheckpointException(path, "has no dictionary " + way, "it holds " + describe(content.root()));
            }
            found = ((Map<?, ?>) found).get(key);
        }
        if (!(found instanceof Map<?, ?> map)) {
            String what = "holds " + describe(found) + " where a dictionary of tensors is expected";
            throw new CheckpointException(path, what, "save model.state_dict() with torch.save");
        }
        return new TorchWeights(this, StateDict.flatten(path, map, content.pickleBytes()));
    }

    /** The numbers of a tensor of this file, memory-mapped where the file allows; it belongs to the current scope. */
    public Tensor tensor(TorchTensor tensor) {
        long elements = tensor.elements();
        long[] shape = sizes(tensor.shape());
        if (elements == 0) {
            return Tensor.zeros(tensor.dtype(), shape);
        }
        var place = content.place(tensor);
        if (place.compressed()) {
            return inflated(tensor, place);
        }
        return window(tensor, path, place.offset());
    }

    /** First byte of a tensor in the file; of its compressed storage where that is compressed. */
    long offset(TorchTensor tensor) {
        if (tensor.elements() == 0) {
            return 0;
        }
        var place = content.place(tensor);
        return place.compressed()
                ? place.offset()
                : place.offset() + tensor.offset() * tensor.dtype().bytes();
    }

    /** Compares the storages of tensors with the checksums of a zip archive; how many tensors have one. */
    int verify(Collection<TorchTensor> tensors) {
        var sound = new HashSet<String>();
        int checked = 0;
        for (var tensor : tensors) {
            if (tensor.elements() > 0 && content.place(tensor).checksum().isPresent()) {
                if (sound.add(tensor.storage())) {
                    verify(tensor.storage(), content.place(tensor));
                }
                checked++;
            }
        }
        return checked;
    }

    private void verify(String storage, Place place) {
        try {
            if (place.sound(path)) {
                return;
            }
        } catch (IOException e) {
            throw CheckpointException.reading(path, e);
        }
        String what = "storage " + CheckpointException.quote(storage) + " does not have the checksum of the archive";
        throw new CheckpointException(path, what, "the data is damaged: use another copy");
    }

    private static Tensor window(TorchTensor tensor, Path file, long storage) {
        DType dtype = tensor.dtype();
        long start = storage + tensor.offset() * dtype.bytes();
        if (tensor.isContiguous()) {
            return Tensor.map(file, start, dtype, sizes(tensor.shape()));
        }
        try (var all = Tensor.map(file, start, dtype, tensor.span())) {
            return all.asStrided(sizes(tensor.shape()), sizes(tensor.strides()));
        }
    }

    /** Compressed storages are expanded into a file that disappears, so that they, too, are only paged in. */
    private Tensor inflated(TorchTensor tensor, Place place) {
        try {
            return place.expanded(path, alone -> window(tensor, alone, 0));
        } catch (IOException e) {
            throw CheckpointException.reading(path, e);
        }
    }

    private static long[] sizes(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private static String describe(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream()
                    .limit(10)
                    .map(key -> key instanceof String text ? CheckpointException.quote(text) : "…")
                    .collect(Collectors.joining(", ", "the keys ", ""));
        }
        if (value instanceof PythonObject object) {
            return "an object of " + CheckpointException.quote(object.type().toString());
        }
        return value instanceof TorchTensor tensor
                ? "one tensor of shape " + Arrays.toString(sizes(tensor.shape()))
                : "no dictionary";
    }
}
