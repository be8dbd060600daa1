package org.maliang.checkpoint.tensorflow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes small bundles, byte by byte after the formats of LevelDB, Snappy and Protocol Buffers. */
public final class Bundle {
    private static final int STRING = 7;

    private static final int RESTART_INTERVAL = 16;

    private final Map<String, byte[]> entries = new TreeMap<>();
    private final Map<Integer, ByteArrayOutputStream> data = new TreeMap<>();
    private int entriesInBlock = 3;
    private boolean compressed;

    /** A tensor in one of the files of numbers. */
    public Bundle tensor(String name, int shard, int type, byte[] bytes, long... shape) {
        var file = data.computeIfAbsent(shard, number -> new ByteArrayOutputStream());
        var proto = new ByteArrayOutputStream();
        field(proto, 1, type);
        var dimensions = new ByteArrayOutputStream();
        for (long size : shape) {
            var dimension = new ByteArrayOutputStream();
            field(dimension, 1, size);
            field(dimensions, 2, dimension.toByteArray());
        }
        field(proto, 2, dimensions.toByteArray());
        field(proto, 3, shard);
        field(proto, 4, file.size());
        field(proto, 5, bytes.length);
        var sum = new CRC32C();
        sum.update(bytes);
        proto.write(6 << 3 | 5);
        proto.writeBytes(little(masked(sum)));
        file.writeBytes(bytes);
        return entry(name, proto.toByteArray());
    }

    /** A tensor whose entry says that its numbers are in slices. */
    Bundle partitioned(String name) {
        var proto = new ByteArrayOutputStream();
        field(proto, 1, 1);
        field(proto, 7, new byte[0]);
        return entry(name, proto.toByteArray());
    }

    /** The graph of objects of TensorFlow 2: a node for each variable, with the names of tensor and variable. */
    public Bundle graph(Map<String, String> variables) {
        var graph = new ByteArrayOutputStream();
        variables.forEach((tensor, variable) -> {
            var attribute = new ByteArrayOutputStream();
            field(attribute, 1, "VARIABLE_VALUE".getBytes(StandardCharsets.UTF_8));
            field(attribute, 2, variable.getBytes(StandardCharsets.UTF_8));
            field(attribute, 3, tensor.getBytes(StandardCharsets.UTF_8));
            var node = new ByteArrayOutputStream();
            field(node, 1, new byte[] {8, 1}); // child { node_id: 1 }
            field(node, 2, attribute.toByteArray());
            field(graph, 1, node.toByteArray());
        });
        var text = new ByteArrayOutputStream();
        varint(text, graph.size());
        text.writeBytes(new byte[4]); // a sum of the length, which nobody checks
        text.writeBytes(graph.toByteArray());
        return tensor(ObjectGraph.ENTRY, 0, STRING, text.toByteArray());
    }

    Bundle entry(String name, byte[] value) {
        entries.put(name, value);
        return this;
    }

    Bundle compressed() {
        compressed = true;
        return this;
    }

    Bundle entriesInBlock(int count) {
        entriesInBlock = count;
        return this;
    }

    public void write(Path prefix) {
        int shards = data.keySet().stream().mapToInt(shard -> shard + 1).max().orElse(1);
        var header = new ByteArrayOutputStream();
        field(header, 1, shards);
        field(header, 3, new byte[] {8, 1}); // version { producer: 1 }
        entry("", header.toByteArray());
        try {
            Files.write(prefix.resolveSibling(prefix.getFileName() + ".index"), table());
            for (var shard : data.entrySet()) {
                String ending = ".data-%05d-of-%05d".formatted(shard.getKey(), shards);
                Files.write(
                        prefix.resolveSibling(prefix.getFileName() + ending),
                        shard.getValue().toByteArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] table() {
        var out = new ByteArrayOutputStream();
        var handles = new TreeMap<String, byte[]>();
        var block = new TreeMap<String, byte[]>();
        for (var entry : entries.entrySet()) {
            block.put(entry.getKey(), entry.getValue());
            if (block.size() == entriesInBlock) {
                handles.put(block.lastKey(), block(out, block));
                block.clear();
            }
        }
        if (!block.isEmpty()) {
            handles.put(block.lastKey(), block(out, block));
        }
        byte[] filters = block(out, new TreeMap<>());
        byte[] index = block(out, handles);
        var footer = new ByteArrayOutputStream();
        footer.writeBytes(filters);
        footer.writeBytes(index);
        footer.writeBytes(new byte[40 - footer.size()]);
        footer.writeBytes(little(0x8b80fb57));
        footer.writeBytes(little(0xdb477524));
        out.writeBytes(footer.toByteArray());
        return out.toByteArray();
    }

    /** Writes a block and gives the place where it is. */
    private byte[] block(ByteArrayOutputStream out, Map<String, byte[]> entries) {
        var block = new ByteArrayOutputStream();
        var restarts = new ByteArrayOutputStream();
        byte[] last = {};
        int count = 0;
        for (var entry : entries.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
            int shared = 0;
            if (count++ % RESTART_INTERVAL == 0) {
                restarts.writeBytes(little(block.size()));
            } else {
                while (shared < Math.min(key.length, last.length) && key[shared] == last[shared]) {
                    shared++;
                }
            }
            varint(block, shared);
            varint(block, key.length - shared);
            varint(block, entry.getValue().length);
            block.write(key, shared, key.length - shared);
            block.writeBytes(entry.getValue());
            last = key;
        }
        block.writeBytes(restarts.toByteArray());
        block.writeBytes(little(restarts.size() / 4));
        byte[] stored = compressed ? snappy(block.toByteArray()) : block.toByteArray();
        var handle = new ByteArrayOutputStream();
        varint(handle, out.size());
        varint(handle, stored.length);
        out.writeBytes(stored);
        byte type = (byte) (compressed ? 1 : 0);
        out.write(type);
        var sum = new CRC32C();
        sum.update(stored);
        sum.update(type);
        out.writeBytes(little(masked(sum)));
        return handle.toByteArray();
    }

    /** Copies of what was there 1 to 2047 bytes before, where four bytes or more are equal; the rest is literal. */
    static byte[] snappy(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        varint(out, bytes.length);
        int literal = 0;
        int at = 0;
        while (at < bytes.length) {
            int best = 0;
            int back = 0;
            for (int distance = 1; distance <= Math.min(at, 2047); distance++) {
                int length = 0;
                while (length < 11
                        && at + length < bytes.length
                        && bytes[at + length] == bytes[at + length - distance]) {
                    length++;
                }
                if (length > best) {
                    best = length;
                    back = distance;
                }
            }
            if (best < 4) {
                at++;
                continue;
            }
            literal(out, bytes, literal, at);
            if (back % 2 == 0) { // both forms of a copy
                out.write(1 | best - 4 << 2 | back >> 8 << 5);
                out.write(back);
            } else {
                out.write(2 | best - 1 << 2);
                out.write(back);
                out.write(back >> 8);
            }
            at += best;
            literal = at;
        }
        literal(out, bytes, literal, at);
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, byte[] bytes, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return;
        }
        if (length <= 60) {
            out.write(length - 1 << 2);
        } else {
            out.write(61 << 2);
            out.write(length - 1);
            out.write(length - 1 >> 8);
        }
        out.write(bytes, start, length);
    }

    private static void field(ByteArrayOutputStream out, int field, long value) {
        varint(out, field << 3);
        varint(out, value);
    }

    private static void field(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static int masked(CRC32C sum) {
        int value = (int) sum.getValue();
        return (value >>> 15 | value << 17) + 0xa282ead8;
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
