package org.maliang.checkpoint.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/** A zip archive of arrays. The archive is open as long as this is. */
final class NpzFile implements Weights {
    /** No deflated byte stands for more. */
    private static final long MOST_EXPANSION = 1032;

    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final ZipFile zip;
    private final long bytes;
    private final Map<String, Array> arrays = new LinkedHashMap<>();

    private record Array(ZipEntry entry, NpyHeader header) {}

    private NpzFile(Path file, ZipFile zip, long bytes) {
        this.file = file;
        this.zip = zip;
        this.bytes = bytes;
    }

    static NpzFile open(Path file) throws IOException {
        try {
            NpzFile npz = new NpzFile(file, new ZipFile(file.toFile()), Files.size(file));
            try {
                npz.readHeaders();
                return npz;
            } catch (IOException | RuntimeException e) {
                npz.close();
                throw e;
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private void readHeaders() throws IOException {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!entry.getName().endsWith(NpyFile.ENDING)) {
                continue;
            }
            String name = entry.getName().substring(0, entry.getName().length() - NpyFile.ENDING.length());
            checkLengths(entry);
            try (InputStream in = stream(entry)) {
                NpyHeader header = NpyHeader.read(file, name, in);
                header.checkData(file, name, entry.getSize() - header.length());
                if (arrays.put(name, new Array(entry, header)) != null) {
                    throw NpyHeader.wrong(file, name, "is there twice", "write the file again");
                }
            }
        }
        if (arrays.isEmpty() && zip.size() > 0) {
            throw new CheckpointException(file, "is a zip file without arrays", "is this a file of numpy.savez?");
        }
    }

    /** What the directory says of a length is believed only where the file is long enough. */
    private void checkLengths(ZipEntry entry) throws ZipException {
        long stored = entry.getCompressedSize();
        long most = entry.getMethod() == ZipEntry.STORED ? stored : (stored + 1) * MOST_EXPANSION;
        if (stored < 0 || stored > bytes || entry.getSize() < 0 || entry.getSize() > most) {
            throw new ZipException("an entry is longer than the file");
        }
    }

    private InputStream stream(ZipEntry entry) throws IOException {
        InputStream in = zip.getInputStream(entry);
        if (in == null) {
            throw new ZipException("an entry is missing");
        }
        return in;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(arrays.keySet());
    }

    /** The place is that of the numbers in the unpacked entry. */
    @Override
    public TensorInfo info(String name) {
        NpyHeader header = found(name).header();
        return new TensorInfo(name, header.dtype(), header.shape(), header.length(), header.dataBytes());
    }

    /** Unpacked into a file that disappears, so that the numbers need no room on the heap. */
    @Override
    public Tensor tensor(String name) {
        Array array = found(name);
        if (array.header().dataBytes() == 0) {
            return Tensor.zeros(array.header().dtype(), info(name).sizes());
        }
        try {
            Path temporary = Files.createTempFile("maliang", NpyFile.ENDING);
            try {
                try (InputStream in = stream(array.entry())) {
                    unpack(array, in, temporary);
                }
                return array.header().map(temporary, 0);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (ZipException | EOFException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private static void unpack(Array array, InputStream in, Path to) throws IOException {
        in.skipNBytes(array.header().length());
        byte[] chunk = new byte[CHUNK];
        try (var out = Files.newOutputStream(to)) {
            long left = array.header().dataBytes();
            while (left > 0) {
                int read = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, left));
                if (read == 0) {
                    throw new EOFException("an entry is too short");
                }
                out.write(chunk, 0, read);
                left -= read;
            }
        }
    }

    private Array found(String name) {
        Array array = arrays.get(name);
        if (array == null) {
            require(List.of(name));
            throw new IllegalStateException(name);
        }
        return array;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /** Every entry of a zip archive has a sum. */
    @Override
    public int verify() {
        for (Map.Entry<String, Array> array : arrays.entrySet()) {
            ZipEntry entry = array.getValue().entry();
            try (var in = new CheckedInputStream(stream(entry), new CRC32())) {
                in.skipNBytes(entry.getSize());
                if (in.getChecksum().getValue() != entry.getCrc()) {
                    throw NpyHeader.wrong(file, array.getKey(), "has another checksum", "use another copy of the file");
                }
            } catch (ZipException | EOFException e) {
                throw damaged(file, e);
            } catch (IOException e) {
                throw CheckpointException.reading(file, e);
            }
        }
        return arrays.size();
    }

    @Override
    public Path source() {
        return file;
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private static CheckpointException damaged(Path file, Exception cause) {
        return new CheckpointException(
                file, "is a damaged zip file: " + cause.getMessage(), "copy or download the file again", cause);
    }
}
