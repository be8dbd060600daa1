package org.maliang.checkpoint.numpy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Streams tensors into an uncompressed archive. The same tensors give the same bytes. */
record NpzWriter(Map<String, Supplier<Tensor>> sources) implements AtomicFile.Body {
    /** The oldest time a zip archive can state. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    @Override
    public void writeTo(FileChannel channel) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        for (Map.Entry<String, Supplier<Tensor>> source : sources.entrySet()) {
            try (Scope scope = Scope.open()) {
                write(source.getKey(), source.getValue().get(), zip);
            }
        }
        zip.finish();
        zip.flush();
    }

    /** An uncompressed entry states its sum before its content: the numbers are gone through twice. */
    private static void write(String name, Tensor given, ZipOutputStream zip) throws IOException {
        Tensor tensor = given.dtype() == DType.BF16 ? given.to(DType.F32) : given;
        byte[] header = NpyHeader.of(tensor.dtype(), tensor.shape());
        var sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        put(header, tensor, sum);
        ZipEntry entry = new ZipEntry(name + NpyFile.ENDING);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.length + tensor.bytes());
        entry.setCrc(sum.getChecksum().getValue());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        put(header, tensor, zip);
        zip.closeEntry();
    }

    private static void put(byte[] header, Tensor tensor, OutputStream out) throws IOException {
        out.write(header);
        try {
            tensor.writeTo(Channels.newChannel(out));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
