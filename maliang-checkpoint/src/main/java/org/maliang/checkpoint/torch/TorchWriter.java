package org.maliang.checkpoint.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.zip.ZipWriter;
import org.maliang.tensor.Scope;

/** Writes files that {@code torch.load(…, weights_only=True)} of PyTorch 1.6 and later reads. */
public final class TorchWriter {
    private static final String FOLDER = "archive/";

    private TorchWriter() {}

    /**
     * Writes one file, atomically, one tensor after the other.
     *
     * @param root dictionaries, lists, texts, integers, doubles, booleans, {@link None} and {@link LazyTensor}s
     * @throws IllegalArgumentException for values of other types
     */
    public static void write(Path file, Map<String, ?> root) {
        var pickler = new Pickler();
        byte[] pickle = pickler.pickle(root);
        AtomicFile.write(file, channel -> {
            var zip = new ZipWriter(channel);
            zip.add(FOLDER + "data.pkl", pickle);
            zip.add(FOLDER + "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            int key = 0;
            for (var tensor : pickler.storages()) {
                zip.add(FOLDER + "data/" + key++, tensor.bytes(), out -> write(tensor, out));
            }
            zip.add(FOLDER + "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            zip.finish();
        });
    }

    private static void write(LazyTensor tensor, WritableByteChannel out) throws IOException {
        if (tensor.elements() == 0) {
            return;
        }
        try (Scope scope = Scope.open()) {
            tensor.numbers().get().writeTo(out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
