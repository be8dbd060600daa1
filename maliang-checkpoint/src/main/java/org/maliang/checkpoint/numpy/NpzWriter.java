package org.maliang.checkpoint.numpy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.function.Supplier;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.checkpoint.zip.ZipWriter;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Streams tensors into an uncompressed archive. The same tensors give the same bytes. */
record NpzWriter(Map<String, Supplier<Tensor>> sources) implements AtomicFile.Body {

    @Override
    public void writeTo(FileChannel channel) throws IOException {
        var zip = new ZipWriter(channel);
        for (Map.Entry<String, Supplier<Tensor>> source : sources.entrySet()) {
            try (Scope scope = Scope.open()) {
                write(source.getKey(), source.getValue().get(), zip);
            }
        }
        zip.finish();
    }

    private static void write(String name, Tensor given, ZipWriter zip) throws IOException {
        Tensor tensor = given.dtype() == DType.BF16 ? given.to(DType.F32) : given;
        ByteBuffer header = ByteBuffer.wrap(NpyHeader.of(tensor.dtype(), tensor.shape()));
        zip.add(name + NpyFile.ENDING, header.remaining() + tensor.bytes(), out -> {
            while (header.hasRemaining()) {
                out.write(header);
            }
            try {
                tensor.writeTo(out);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }
}
