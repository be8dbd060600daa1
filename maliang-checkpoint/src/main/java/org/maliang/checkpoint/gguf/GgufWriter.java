package org.maliang.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * Collects metadata and tensors and writes them as GGUF, version 3: at once and whole, one tensor after the other.
 *
 * <pre>{@code
 * Gguf.writer(path).put("general.architecture", "gpt2").tensor("output_norm.weight", GgufType.F32, shape, source).write();
 * }</pre>
 */
public final class GgufWriter {
    private static final int VERSION = 3;
    private static final int NUMBERS_AT_ONCE = 1 << 20;

    private final Path file;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Pending> tensors = new LinkedHashMap<>();

    /** A value and the number GGUF has for its type. */
    private record Value(int type, Object value) {}

    private record Pending(GgufType type, List<Long> shape, Supplier<Tensor> source) {
        long bytes() {
            return type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
        }
    }

    GgufWriter(Path file) {
        this.file = file;
    }

    public GgufWriter put(String key, String value) {
        values.put(key, new Value(8, value));
        return this;
    }

    /** An unsigned 32-bit number. */
    public GgufWriter put(String key, int value) {
        values.put(key, new Value(4, value));
        return this;
    }

    /** A 32-bit float. */
    public GgufWriter put(String key, float value) {
        values.put(key, new Value(6, value));
        return this;
    }

    public GgufWriter put(String key, boolean value) {
        values.put(key, new Value(7, value));
        return this;
    }

    /** A list of strings. */
    public GgufWriter put(String key, List<String> value) {
        values.put(key, new Value(9, value));
        return this;
    }

    /** A list of signed 32-bit numbers. */
    public GgufWriter put(String key, int... value) {
        values.put(key, new Value(9, value));
        return this;
    }

    /** A list of bytes. */
    public GgufWriter put(String key, byte[] value) {
        values.put(key, new Value(9, value));
        return this;
    }

    /** A list of 32-bit floats. */
    public GgufWriter put(String key, float[] value) {
        values.put(key, new Value(9, value));
        return this;
    }

    /**
     * Adds a tensor that {@code source} gives when it is written.
     *
     * @param type how it is stored; {@link GgufType#Q8_0} and {@link GgufType#Q4_0} want rows of whole blocks
     * @param shape outermost dimension first
     */
    public GgufWriter tensor(String name, GgufType type, List<Long> shape, Supplier<Tensor> source) {
        if (type.quantised() && (shape.isEmpty() || shape.get(shape.size() - 1) % type.blockSize() != 0)) {
            throw new IllegalArgumentException("tensor " + name + " of shape " + shape + " cannot be stored as " + type
                    + ": its rows are no whole blocks of " + type.blockSize());
        }
        tensors.put(name, new Pending(type, List.copyOf(shape), source));
        return this;
    }

    /** Writes the file; what was there before stays until it is complete. */
    public void write() {
        AtomicFile.write(file, this::writeTo);
    }

    private void writeTo(FileChannel channel) throws IOException {
        writeFully(channel, ByteBuffer.wrap(head()));
        for (Pending tensor : tensors.values()) {
            pad(channel);
            long start = channel.position();
            try (Scope scope = Scope.open()) {
                write(tensor, channel);
            }
            if (channel.position() - start != tensor.bytes()) {
                throw new IOException(
                        "a tensor gave " + (channel.position() - start) + " of " + tensor.bytes() + " bytes");
            }
        }
        pad(channel);
    }

    private byte[] head() {
        Bytes out = new Bytes();
        out.raw("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.putInt(VERSION).putLong(tensors.size()).putLong(values.size());
        values.forEach((key, value) -> {
            out.putText(key).putInt(value.type());
            put(out, value.value());
        });
        long offset = 0;
        for (Map.Entry<String, Pending> entry : tensors.entrySet()) {
            Pending tensor = entry.getValue();
            out.putText(entry.getKey()).putInt(tensor.shape().size());
            for (int i = tensor.shape().size() - 1; i >= 0; i--) {
                out.putLong(tensor.shape().get(i));
            }
            out.putInt(tensor.type().id()).putLong(offset);
            offset = aligned(offset + tensor.bytes());
        }
        return out.bytes();
    }

    private static void put(Bytes out, Object value) {
        if (value instanceof String text) {
            out.putText(text);
        } else if (value instanceof Integer number) {
            out.putInt(number);
        } else if (value instanceof Float number) {
            out.putInt(Float.floatToRawIntBits(number));
        } else if (value instanceof Boolean flag) {
            out.raw(new byte[] {(byte) (flag ? 1 : 0)});
        } else if (value instanceof int[] numbers) {
            out.putInt(5).putLong(numbers.length);
            Arrays.stream(numbers).forEach(out::putInt);
        } else if (value instanceof byte[] bytes) {
            out.putInt(0).putLong(bytes.length).raw(bytes);
        } else if (value instanceof float[] numbers) {
            out.putInt(6).putLong(numbers.length);
            for (float number : numbers) {
                out.putInt(Float.floatToRawIntBits(number));
            }
        } else {
            List<?> texts = (List<?>) value;
            out.putInt(8).putLong(texts.size());
            texts.forEach(text -> out.putText((String) text));
        }
    }

    private static void write(Pending tensor, FileChannel channel) throws IOException {
        Tensor given = tensor.source().get();
        if (!Arrays.stream(given.shape()).boxed().toList().equals(tensor.shape())) {
            throw new IOException(
                    "a tensor has shape " + Arrays.toString(given.shape()) + " instead of " + tensor.shape());
        }
        Tensor flat = given.contiguous().flatten();
        long count = flat.elements();
        for (long start = 0; start < count; start += NUMBERS_AT_ONCE) {
            try (Scope scope = Scope.open()) {
                writePart(tensor.type(), flat.narrow(0, start, Math.min(NUMBERS_AT_ONCE, count - start)), channel);
            }
        }
    }

    private static void writePart(GgufType type, Tensor part, WritableByteChannel channel) throws IOException {
        if (!type.quantised()) {
            try {
                part.to(type.dtype()).writeTo(channel);
                return;
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        float[] numbers = part.toFloats();
        ByteBuffer blocks =
                ByteBuffer.allocate((int) type.bytes(numbers.length)).order(ByteOrder.LITTLE_ENDIAN);
        Blocks.write(type, numbers, blocks);
        writeFully(channel, blocks.flip());
    }

    private static void pad(FileChannel channel) throws IOException {
        long gap = aligned(channel.position()) - channel.position();
        writeFully(channel, ByteBuffer.allocate((int) gap));
    }

    private static long aligned(long position) {
        return (position + Gguf.ALIGNMENT - 1) / Gguf.ALIGNMENT * Gguf.ALIGNMENT;
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Little-endian numbers and length-prefixed texts. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes putInt(int value) {
            return raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        Bytes putLong(long value) {
            return raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Bytes putText(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return putLong(utf8.length).raw(utf8);
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
