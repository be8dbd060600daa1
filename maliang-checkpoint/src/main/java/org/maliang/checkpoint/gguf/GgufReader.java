package org.maliang.checkpoint.gguf;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.checkpoint.CheckpointException;

/**
 * Reads the head of a GGUF file, version 2 or 3 (github.com/ggml-org/ggml, docs/gguf.md). No count in it is believed
 * before the file is known to be long enough.
 */
final class GgufReader {
    private static final int MAGIC = 0x46554747; // "GGUF", little-endian
    private static final int LONGEST_HEAD = 1 << 29;
    private static final int MOST_DIMENSIONS = 4;
    private static final int DEEPEST = 4;
    private static final String ALIGNMENT = "general.alignment";
    private static final String DAMAGED = "the file is damaged or no GGUF file: copy or download it again";

    private final Path file;
    private final ByteBuffer in;
    private final long size;

    private GgufReader(Path file, ByteBuffer in, long size) {
        this.file = file;
        this.in = in;
        this.size = size;
    }

    /** What the head says. */
    record Head(Map<String, Object> values, Map<String, GgufTensor> tensors, long bytes) {}

    static Head read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer start = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, LONGEST_HEAD));
            return new GgufReader(file, start.order(ByteOrder.LITTLE_ENDIAN), size).head();
        } catch (BufferUnderflowException e) {
            throw new CheckpointException(file, "ends inside its head", DAMAGED, e);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private Head head() {
        if (in.remaining() < 4 || in.getInt() != MAGIC) {
            throw new CheckpointException(file, "does not begin with GGUF", DAMAGED);
        }
        int version = in.getInt();
        if (version != 2 && version != 3) {
            throw new CheckpointException(
                    file, "is of GGUF version " + version, "versions 2 and 3 are supported: convert it with llama.cpp");
        }
        int tensors = count(4 + 8 + 8 + 4);
        int values = count(8 + 4 + 1);
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (int i = 0; i < values; i++) {
            String key = text();
            metadata.put(key, value(in.getInt(), 0));
        }
        long alignment = metadata.get(ALIGNMENT) instanceof Long given ? given : Gguf.ALIGNMENT;
        if (alignment < 1 || alignment > 1 << 20 || alignment % 8 != 0) {
            throw new CheckpointException(file, "aligns its data to " + alignment + " bytes", DAMAGED);
        }
        List<GgufTensor> found = new ArrayList<>();
        for (int i = 0; i < tensors; i++) {
            found.add(tensor(alignment));
        }
        long data = (in.position() + alignment - 1) / alignment * alignment;
        Map<String, GgufTensor> placed = new LinkedHashMap<>();
        for (GgufTensor tensor : found) {
            GgufTensor at = new GgufTensor(tensor.name(), tensor.type(), tensor.shape(), data + tensor.offset());
            if (at.offset() > size - at.bytes() || at.offset() < data) {
                throw wrong(tensor.name(), "lies outside the file");
            }
            if (placed.put(at.name(), at) != null) {
                throw wrong(tensor.name(), "is there twice");
            }
        }
        return new Head(Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(placed), size);
    }

    private GgufTensor tensor(long alignment) {
        String name = text();
        int dimensions = in.getInt();
        if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
            throw wrong(name, "has " + dimensions + " dimensions");
        }
        List<Long> shape = new ArrayList<>();
        long strides = 1; // which must be numbers even where there is no element
        for (int i = 0; i < dimensions; i++) {
            long length = in.getLong();
            if (length < 0 || strides > Long.MAX_VALUE / 64 / Math.max(1, length)) {
                throw wrong(name, "has a dimension of " + Long.toUnsignedString(length));
            }
            strides *= Math.max(1, length);
            shape.add(0, length);
        }
        int id = in.getInt();
        GgufType type = GgufType.of(id)
                .orElseThrow(
                        () -> new CheckpointException(
                                file,
                                "tensor " + CheckpointException.quote(name) + " is of type " + id,
                                "that quantisation is not supported: use F16, BF16, Q8_0, Q6_K, Q5_K, Q4_K, Q5_0, Q5_1, Q4_0 or Q4_1"));
        if (type.quantised() && (shape.isEmpty() || shape.get(shape.size() - 1) % type.blockSize() != 0)) {
            throw wrong(name, "has rows that are no whole blocks");
        }
        long offset = in.getLong();
        if (offset < 0 || offset % alignment != 0 || offset > size) {
            throw wrong(name, "lies at " + Long.toUnsignedString(offset));
        }
        return new GgufTensor(name, type, shape, offset);
    }

    /** Numbers become Long or Double, the rest Boolean, String or List. */
    private Object value(int type, int depth) {
        return switch (type) {
            case 0 -> (long) (in.get() & 0xff);
            case 1 -> (long) in.get();
            case 2 -> (long) (in.getShort() & 0xffff);
            case 3 -> (long) in.getShort();
            case 4 -> in.getInt() & 0xffffffffL;
            case 5 -> (long) in.getInt();
            case 6 -> (double) in.getFloat();
            case 7 -> in.get() != 0;
            case 8 -> text();
            case 9 -> list(depth);
            case 10, 11 -> in.getLong();
            case 12 -> in.getDouble();
            default -> throw new CheckpointException(file, "has a value of unknown type " + type, DAMAGED);
        };
    }

    /** Numbers stay unboxed, so that a list needs not much more room than it takes in the file. */
    private Object list(int depth) {
        if (depth == DEEPEST) {
            throw new CheckpointException(file, "nests lists too deeply", DAMAGED);
        }
        int type = in.getInt();
        return switch (type) {
            case 6 -> {
                float[] numbers = new float[count(4)];
                in.asFloatBuffer().get(numbers);
                in.position(in.position() + 4 * numbers.length);
                yield numbers;
            }
            case 0, 1, 2, 3, 5 -> {
                int[] numbers = new int[count(type < 2 ? 1 : type < 4 ? 2 : 4)];
                Arrays.setAll(numbers, i -> ((Long) value(type, depth)).intValue());
                yield numbers;
            }
            case 4, 10, 11 -> {
                long[] numbers = new long[count(type == 4 ? 4 : 8)];
                Arrays.setAll(numbers, i -> (Long) value(type, depth));
                yield numbers;
            }
            default -> {
                int length = count(type == 8 || type == 12 ? 8 : type == 9 ? 12 : 1);
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    list.add(value(type, depth + 1));
                }
                yield Collections.unmodifiableList(list);
            }
        };
    }

    private String text() {
        byte[] bytes = new byte[count(1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A count of things that take at least {@code bytes} each. */
    private int count(int bytes) {
        long count = in.getLong();
        if (count < 0 || count > in.remaining() / bytes) {
            throw new CheckpointException(
                    file,
                    "promises " + Long.toUnsignedString(count) + " things where there is room for "
                            + in.remaining() / bytes,
                    DAMAGED);
        }
        return (int) count;
    }

    private CheckpointException wrong(String tensor, String what) {
        return new CheckpointException(file, "tensor " + CheckpointException.quote(tensor) + " " + what, DAMAGED);
    }
}
