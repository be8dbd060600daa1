package org.maliang.checkpoint.tensorflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.tensor.DType;

/**
 * What the index says of one tensor ({@code BundleEntryProto}).
 *
 * @param type TensorFlow's number for it
 * @param sum masked CRC-32C of the data
 * @param partitioned whether the data is in entries of its own, one for each slice
 */
record BundleEntry(
        String name, int type, List<Long> shape, int shard, long offset, long bytes, int sum, boolean partitioned) {

    private static final String DAMAGED = "the index is damaged: copy or download it again";
    private static final int TEXT = 7;
    private static final int MOST_DIMENSIONS = 64;

    /** Reads all entries of an index; slices, whose names begin with a zero, are left out. Gives the number of shards. */
    static int read(Path index, Map<String, BundleEntry> into) throws IOException {
        SortedTable table = SortedTable.open(index);
        int[] shards = {0};
        table.forEach((key, value) -> {
            if (key.length == 0) {
                shards[0] = shards(index, value);
            } else if (key[0] != 0) {
                String name = new String(key, StandardCharsets.UTF_8);
                into.put(name, of(index, name, value));
            }
        });
        if (shards[0] < 1) {
            throw new CheckpointException(index, "has no header", DAMAGED);
        }
        return shards[0];
    }

    /** {@code BundleHeaderProto}: 1 number of shards, 2 byte order. */
    private static int shards(Path index, ByteBuffer value) {
        ProtoReader proto = new ProtoReader(index, value);
        int shards = 0;
        while (proto.next()) {
            switch (proto.field()) {
                case 1 -> shards = proto.int32();
                case 2 -> {
                    if (proto.int32() != 0) {
                        throw new CheckpointException(
                                index, "was written on a big-endian machine", "save it again on another machine");
                    }
                }
                default -> proto.skip();
            }
        }
        return shards;
    }

    /** {@code BundleEntryProto}: 1 type, 2 shape, 3 shard, 4 offset, 5 size, 6 sum, 7 slices. */
    private static BundleEntry of(Path index, String name, ByteBuffer value) {
        ProtoReader proto = new ProtoReader(index, value);
        int type = 0;
        List<Long> shape = List.of();
        int shard = 0;
        long offset = 0;
        long bytes = 0;
        int sum = 0;
        boolean partitioned = false;
        while (proto.next()) {
            switch (proto.field()) {
                case 1 -> type = proto.int32();
                case 2 -> shape = shape(index, proto.bytes());
                case 3 -> shard = proto.int32();
                case 4 -> offset = proto.varint();
                case 5 -> bytes = proto.varint();
                case 6 -> sum = proto.fixed32();
                case 7 -> {
                    partitioned = true;
                    proto.skip();
                }
                default -> proto.skip();
            }
        }
        return new BundleEntry(name, type, shape, shard, offset, bytes, sum, partitioned);
    }

    /** {@code TensorShapeProto}: 2 dimension, in it 1 size. */
    private static List<Long> shape(Path index, ByteBuffer value) {
        List<Long> shape = new ArrayList<>();
        ProtoReader proto = new ProtoReader(index, value);
        while (proto.next()) {
            if (proto.field() != 2) {
                proto.skip();
                continue;
            }
            ProtoReader dimension = new ProtoReader(index, proto.bytes());
            long size = 0;
            while (dimension.next()) {
                if (dimension.field() == 1) {
                    size = dimension.varint();
                } else {
                    dimension.skip();
                }
            }
            shape.add(size);
            if (size < 0 || shape.size() > MOST_DIMENSIONS) {
                throw new CheckpointException(index, "has a tensor without a shape", DAMAGED);
            }
        }
        return shape;
    }

    /** Refuses an entry that does not fit its file of numbers, or whose shape does not fit its bytes. */
    void check(Path index, long shardBytes) {
        if (offset < 0 || bytes < 0 || bytes > shardBytes || offset > shardBytes - bytes) {
            throw wrong(index, "lies outside its file", "the checkpoint is not complete, or damaged: copy it again");
        }
        if (isTensor() && bytes != expected(index)) {
            throw wrong(index, "has " + bytes + " bytes, which do not fit its shape " + shape, DAMAGED);
        }
    }

    private long expected(Path index) {
        try {
            long strides = dtype().map(DType::bytes).orElse(1);
            for (long size : shape) {
                strides = Math.multiplyExact(strides, Math.max(size, 1));
            }
            return shape.contains(0L) ? 0 : strides;
        } catch (ArithmeticException e) {
            throw wrong(index, "has a shape that is too large: " + shape, DAMAGED);
        }
    }

    boolean text() {
        return type == TEXT;
    }

    /** Whether it can be given as a tensor. */
    boolean isTensor() {
        return !partitioned && dtype().isPresent();
    }

    TensorInfo info(Path index) {
        if (partitioned) {
            throw wrong(
                    index, "is partitioned into slices", "save it from a model whose variables are not partitioned");
        }
        DType dtype = dtype().orElseThrow(() -> wrong(
                index,
                "is of TensorFlow's type " + typeName(),
                "only floats, signed integers, bytes and booleans are read"));
        return new TensorInfo(name, dtype, shape, offset, bytes);
    }

    /** TensorFlow's {@code types.proto}. */
    private Optional<DType> dtype() {
        return Optional.ofNullable(
                switch (type) {
                    case 1 -> DType.F32;
                    case 2 -> DType.F64;
                    case 3 -> DType.I32;
                    case 4 -> DType.U8;
                    case 5 -> DType.I16;
                    case 6 -> DType.I8;
                    case 9 -> DType.I64;
                    case 10 -> DType.BOOL;
                    case 14 -> DType.BF16;
                    case 19 -> DType.F16;
                    default -> null;
                });
    }

    private String typeName() {
        return switch (type) {
            case TEXT -> "string";
            case 8 -> "complex64";
            case 17 -> "uint16";
            case 18 -> "complex128";
            case 20 -> "resource";
            case 21 -> "variant";
            case 22 -> "uint32";
            case 23 -> "uint64";
            default -> "number " + type;
        };
    }

    private CheckpointException wrong(Path index, String what, String remedy) {
        return new CheckpointException(index, "tensor " + CheckpointException.quote(name) + " " + what, remedy);
    }
}
