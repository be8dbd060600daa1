package org.maliang.checkpoint.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * A GGUF file, as llama.cpp reads and writes it. Tensors that are stored as they are are mapped; quantised ones are given
 * in F32. Names are the file's own.
 *
 * <pre>{@code
 * try (Gguf file = Gguf.open(Path.of("model.gguf"))) {
 *     String family = file.text("general.architecture").orElseThrow();
 *     Tensor embedding = file.tensor("token_embd.weight");
 * }
 * }</pre>
 */
public final class Gguf implements Weights {
    static final long ALIGNMENT = 32;
    private static final int NUMBERS_AT_ONCE = 1 << 20;
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final Path file;
    private final GgufReader.Head head;

    private Gguf(Path file, GgufReader.Head head) {
        this.file = file;
        this.head = head;
    }

    /**
     * Reads and checks the head.
     *
     * @throws CheckpointException when it is not a complete and consistent file, or holds a quantisation that is not known
     */
    public static Gguf open(Path file) {
        return new Gguf(file, GgufReader.read(file));
    }

    /** Begins a file. */
    public static GgufWriter writer(Path file) {
        return new GgufWriter(file);
    }

    /** All metadata, in file order: Long, Double, Boolean, String; int[], long[], float[], or a List of others. */
    public Map<String, Object> values() {
        return head.values();
    }

    public Optional<String> text(String key) {
        return value(key, String.class);
    }

    public Optional<Long> number(String key) {
        return value(key, Long.class);
    }

    /** A list of strings; empty where there is none. */
    public List<String> texts(String key) {
        return head.values().get(key) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? list.stream().map(String.class::cast).toList()
                : List.of();
    }

    /** A value of that class, if there is one. */
    public <T> Optional<T> value(String key, Class<T> type) {
        return Optional.ofNullable(head.values().get(key))
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** How a tensor is stored. */
    public GgufType type(String name) {
        return found(name).type();
    }

    @Override
    public Set<String> names() {
        return head.tensors().keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return found(name).info();
    }

    /** Whether two tensors are stored alike: type, shape and every byte. */
    public boolean same(String left, String right) {
        GgufTensor first = found(left);
        GgufTensor second = found(right);
        if (first.type() != second.type() || !first.shape().equals(second.shape())) {
            return false;
        }
        ByteBuffer one = ByteBuffer.allocate(BYTES_AT_ONCE);
        ByteBuffer other = ByteBuffer.allocate(BYTES_AT_ONCE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            boolean same = true;
            for (long at = 0; same && at < first.bytes(); at += BYTES_AT_ONCE) {
                int count = (int) Math.min(BYTES_AT_ONCE, first.bytes() - at);
                same = read(channel, first.offset() + at, one.clear().limit(count))
                        .equals(read(
                                channel, second.offset() + at, other.clear().limit(count)));
            }
            return same;
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long start, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, start + into.position()) < 0) {
                throw new EOFException("the file has become shorter");
            }
        }
        return into.flip();
    }

    private GgufTensor found(String name) {
        GgufTensor tensor = head.tensors().get(name);
        if (tensor == null) {
            require(List.of(name));
            throw new IllegalStateException(name);
        }
        return tensor;
    }

    @Override
    public Tensor tensor(String name) {
        GgufTensor tensor = found(name);
        long[] shape = tensor.info().sizes();
        if (tensor.elements() == 0) {
            return Tensor.zeros(tensor.type().dtype(), shape);
        }
        return tensor.type().quantised()
                ? dequantised(tensor).reshape(shape)
                : Tensor.map(file, tensor.offset(), tensor.type().dtype(), shape);
    }

    private Tensor dequantised(GgufTensor tensor) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Scope scope = Scope.open()) {
            Tensor all = scope.keep(Tensor.zeros(tensor.type().dtype(), tensor.elements()));
            long read = 0;
            while (read < tensor.elements()) {
                int count = (int) Math.min(NUMBERS_AT_ONCE, tensor.elements() - read);
                try (Scope part = Scope.open()) {
                    Tensor numbers = Tensor.of(numbers(tensor, channel, read, count), count);
                    all.narrow(0, read, count).copyFrom(numbers);
                }
                read += count;
            }
            return all;
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private static float[] numbers(GgufTensor tensor, FileChannel channel, long start, int count) throws IOException {
        GgufType type = tensor.type();
        ByteBuffer bytes = channel.map(
                        FileChannel.MapMode.READ_ONLY, tensor.offset() + type.bytes(start), type.bytes(count))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] numbers = new float[count];
        Blocks.read(type, bytes, numbers);
        return numbers;
    }

    @Override
    public Map<String, String> metadata() {
        return head.values().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof String)
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> (String) entry.getValue()));
    }

    @Override
    public long bytes() {
        return head.bytes();
    }

    /** The format has no checksums. */
    @Override
    public int verify() {
        return 0;
    }

    @Override
    public Path source() {
        return file;
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }
}
