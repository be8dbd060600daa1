package org.maliang.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.tensor.Tensor;

/** One safetensors file. */
record SingleFile(Path source, Header header) implements Weights {
    private static final int CHUNK = 1 << 20;

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.tensors().keySet());
    }

    @Override
    public TensorInfo info(String name) {
        var info = header.tensors().get(name);
        if (info == null) {
            throw Names.missing(source, List.of(name), names());
        }
        return info;
    }

    @Override
    public Tensor tensor(String name) {
        var info = info(name);
        return info.bytes() == 0
                ? Tensor.zeros(info.dtype(), info.sizes())
                : Tensor.map(source, info.offset(), info.dtype(), info.sizes());
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public long bytes() {
        return header.bytes();
    }

    @Override
    public int verify() {
        int checked = 0;
        try (var channel = FileChannel.open(source, StandardOpenOption.READ)) {
            var buffer = ByteBuffer.allocateDirect(CHUNK);
            for (var tensor : header.tensors().values()) {
                String expected = header.metadata().get(Checksum.PREFIX + tensor.name());
                if (expected != null) {
                    compare(tensor, expected, checksum(tensor, channel, buffer));
                    checked++;
                }
            }
        } catch (IOException e) {
            throw CheckpointException.reading(source, e);
        }
        long sums = header.metadata().keySet().stream()
                .filter(key -> key.startsWith(Checksum.PREFIX))
                .count();
        boolean promised = Checksum.wanted(header.metadata()) || sums > 0;
        if (promised && (checked != header.tensors().size() || sums != checked)) {
            throw new CheckpointException(source, "tensors and checksums do not belong together", "use another copy");
        }
        return checked;
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }

    private static String checksum(TensorInfo tensor, FileChannel channel, ByteBuffer buffer) throws IOException {
        var sum = new Checksum(tensor);
        long end = tensor.offset() + tensor.bytes();
        for (long at = tensor.offset(); at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new IOException("the file became shorter");
                }
            }
            sum.update(buffer.flip());
        }
        return sum.hex();
    }

    private void compare(TensorInfo tensor, String expected, String found) {
        if (!expected.equals(found)) {
            String what = "tensor " + CheckpointException.quote(tensor.name()) + " has checksum " + found + ", not "
                    + CheckpointException.quote(expected);
            throw new CheckpointException(source, what, "the data is damaged: use another copy or an older checkpoint");
        }
    }
}
