package org.maliang.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Streams tensors into one safetensors file, byte for byte as Hugging Face's writer would. */
final class SafeTensorsWriter implements AtomicFile.Body {
    private final List<Entry> entries;
    private final Map<String, String> metadata;

    SafeTensorsWriter(Collection<Entry> entries, Map<String, String> metadata) {
        this.entries = entries.stream().sorted(Entry.ORDER).toList();
        this.entries.forEach(entry -> checkName(entry.name()));
        this.metadata = new LinkedHashMap<>(Checksum.without(metadata));
        if (Checksum.wanted(metadata)) {
            this.entries.forEach(entry -> this.metadata.put(Checksum.PREFIX + entry.name(), Checksum.UNKNOWN));
        }
    }

    /** One pass over the data; the checksums, known only afterwards, then replace their placeholders. */
    @Override
    public void writeTo(FileChannel channel) throws IOException {
        writeFully(channel, header());
        for (var entry : entries) {
            var checked = new CheckedChannel(channel, new Checksum(entry.at(0)));
            entry.content().writeTo(checked);
            if (checked.count != entry.bytes()) {
                throw new IOException("tensor %s gave %d of %d bytes"
                        .formatted(CheckpointException.quote(entry.name()), checked.count, entry.bytes()));
            }
            metadata.computeIfPresent(Checksum.PREFIX + entry.name(), (key, old) -> checked.checksum.hex());
        }
        channel.position(0);
        writeFully(channel, header());
    }

    /** Length, JSON, and spaces up to a multiple of eight bytes. */
    private ByteBuffer header() throws IOException {
        byte[] json = Json.compact(json());
        int padded = Math.addExact(json.length, 7) / 8 * 8;
        if (padded > Header.LONGEST) {
            throw new IOException("the header of " + entries.size() + " tensors would be longer than 100 MB");
        }
        byte[] text = Arrays.copyOf(json, padded);
        Arrays.fill(text, json.length, padded, (byte) ' ');
        var buffer = ByteBuffer.allocate(Header.LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putLong(padded).put(text).flip();
    }

    private ObjectNode json() {
        var json = Json.emptyObject();
        if (!metadata.isEmpty()) {
            var strings = json.putObject(HeaderParser.METADATA);
            metadata.forEach(strings::put);
        }
        long offset = 0;
        for (var entry : entries) {
            var tensor = json.putObject(entry.name()).put("dtype", entry.dtype().safetensorsName());
            var shape = tensor.putArray("shape");
            entry.shape().forEach(shape::add);
            tensor.putArray("data_offsets").add(offset).add(offset + entry.bytes());
            offset += entry.bytes();
        }
        return json;
    }

    private static void checkName(String name) {
        if (name.equals(HeaderParser.METADATA)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("a tensor cannot be named " + CheckpointException.quote(name));
        }
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Counts and sums what passes. */
    private static final class CheckedChannel implements WritableByteChannel {
        private final WritableByteChannel out;
        private final Checksum checksum;
        private long count;

        CheckedChannel(WritableByteChannel out, Checksum checksum) {
            this.out = out;
            this.checksum = checksum;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            var seen = source.duplicate();
            int written = out.write(source);
            checksum.update(seen.limit(source.position()));
            count += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
