package org.maliang.checkpoint.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.maliang.checkpoint.AtomicFile;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Scope;

/**
 * Writes what {@code torch.save} writes for a dictionary of tensors, in the zip form of PyTorch 1.6 and later; readable
 * with {@code weights_only=True}.
 */
public final class TorchWriter {

    private TorchWriter() {}

    /**
     * Writes one file atomically, tensor by tensor.
     *
     * @param key the dictionary's place in the file; empty for the file itself
     * @param beside what the file holds besides, where there is a key: text, Long, Double or Boolean
     */
    public static void write(Path file, String key, Weights weights, Map<String, Object> beside) {
        AtomicFile.write(file, channel -> {
            StoredZip zip = new StoredZip(channel);
            zip.put("archive/data.pkl", out -> writeFully(out, pickle(key, weights, beside)));
            int storage = 0;
            for (String name : weights.names()) {
                zip.put("archive/data/" + storage++, out -> copy(weights, name, out));
            }
            zip.put("archive/byteorder", out -> writeFully(out, ascii("little")));
            zip.put("archive/version", out -> writeFully(out, ascii("3\n")));
            zip.finish();
        });
    }

    private static void copy(Weights weights, String name, WritableByteChannel out) throws IOException {
        try (Scope scope = Scope.open()) {
            weights.tensor(name).contiguous().writeTo(out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static byte[] pickle(String key, Weights weights, Map<String, Object> beside) {
        PickleWriter pickle = new PickleWriter();
        if (!key.isEmpty()) {
            pickle.raw("}(");
            beside.forEach((name, value) -> pickle.text(name).value(value));
            pickle.text(key);
        }
        pickle.raw("ccollections\nOrderedDict\n)R(");
        int storage = 0;
        for (String name : weights.names()) {
            pickle.text(name).tensor(weights.info(name), storage++);
        }
        pickle.raw(key.isEmpty() ? "u." : "uu.");
        return pickle.bytes();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void writeFully(WritableByteChannel out, byte[] bytes) throws IOException {
        writeFully(out, ByteBuffer.wrap(bytes));
    }

    static void writeFully(WritableByteChannel out, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }
}
