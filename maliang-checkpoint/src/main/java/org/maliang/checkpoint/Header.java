package org.maliang.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file: eight bytes of little-endian length, JSON, then the data without gaps
 * (<a href="https://huggingface.co/docs/safetensors/index#format">format</a>). As strict as the reference reader.
 *
 * @param tensors in the order of their data
 * @param bytes length of the file
 */
record Header(Map<String, TensorInfo> tensors, Map<String, String> metadata, long bytes) {
    static final int LENGTH_BYTES = 8;

    /** The reference implementation's limit. */
    static final long LONGEST = 100_000_000;

    private static final String DAMAGED = "copy or download the file again";

    static Header read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new CheckpointException(file, "is not a regular file", "check the path");
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long dataStart = LENGTH_BYTES + length(file, channel, size);
            byte[] json = new byte[(int) (dataStart - LENGTH_BYTES)];
            readFully(file, channel, ByteBuffer.wrap(json), LENGTH_BYTES);
            var parser = new HeaderParser(file, dataStart);
            parser.parse(json);
            return new Header(inOrder(file, parser.tensors(), dataStart, size), parser.metadata(), size);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    /** The JSON length, believed only if the file can hold it. */
    private static long length(Path file, FileChannel channel, long size) throws IOException {
        if (size < LENGTH_BYTES + 2) {
            throw new CheckpointException(
                    file,
                    "has " + size + " bytes, too few for a safetensors file",
                    "the file is truncated: " + DAMAGED);
        }
        var buffer = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, channel, buffer, 0);
        long length = buffer.getLong(0);
        if (length < 2 || length > LONGEST || length > size - LENGTH_BYTES) {
            String what =
                    "header length " + Long.toUnsignedString(length) + " does not fit a file of " + size + " bytes";
            throw new CheckpointException(file, what, "not a safetensors file, or a damaged one: " + DAMAGED);
        }
        return length;
    }

    private static void readFully(Path file, FileChannel channel, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                throw new CheckpointException(file, "became shorter while it was read", DAMAGED);
            }
        }
    }

    /** Sorts by place and checks that the data is exactly covered: no overlap, no gap, nothing behind. */
    private static Map<String, TensorInfo> inOrder(Path file, List<TensorInfo> found, long dataStart, long size) {
        var sorted = found.stream()
                .sorted(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes))
                .toList();
        var tensors = new LinkedHashMap<String, TensorInfo>();
        long end = dataStart;
        for (var tensor : sorted) {
            String name = CheckpointException.quote(tensor.name());
            if (tensor.bytes() > size - tensor.offset()) {
                throw new CheckpointException(
                        file, "tensor " + name + " ends behind the end of the file", "it is truncated: " + DAMAGED);
            }
            if (tensor.offset() != end) {
                String how = tensor.offset() < end ? " overlaps the one before it" : " leaves a gap before it";
                throw new CheckpointException(file, "tensor " + name + how, "the header is damaged: " + DAMAGED);
            }
            end += tensor.bytes();
            tensors.put(tensor.name(), tensor);
        }
        if (end != size) {
            throw new CheckpointException(file, (size - end) + " bytes lie behind the last tensor", DAMAGED);
        }
        return tensors;
    }
}
