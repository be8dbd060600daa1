package org.maliang.checkpoint.numpy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.zip.Place;
import org.maliang.checkpoint.zip.ZipArchive;
import org.maliang.tensor.Tensor;

/** A zip archive of arrays. */
record NpzFile(Path source, long bytes, Map<String, Array> arrays) implements Weights {

    private record Array(Place place, NpyHeader header) {}

    static NpzFile open(Path file, FileChannel channel) throws IOException {
        var zip = new ZipArchive(file, channel);
        Map<String, Array> arrays = new LinkedHashMap<>();
        boolean empty = true;
        for (String entry : zip.names()) {
            empty = false;
            if (entry.endsWith(NpyFile.ENDING)) {
                String name = entry.substring(0, entry.length() - NpyFile.ENDING.length());
                Place place = zip.place(entry).orElseThrow();
                try (var in = place.open(file)) {
                    NpyHeader header = NpyHeader.read(file, name, in);
                    header.checkData(file, name, place.bytes() - header.length());
                    arrays.put(name, new Array(place, header));
                }
            }
        }
        if (arrays.isEmpty() && !empty) {
            throw new CheckpointException(file, "is a zip file without arrays", "is this a file of numpy.savez?");
        }
        return new NpzFile(file, channel.size(), arrays);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(arrays.keySet());
    }

    /** The place is that of the numbers; of a compressed array, that in the unpacked entry. */
    @Override
    public TensorInfo info(String name) {
        Array array = found(name);
        NpyHeader header = array.header();
        long start = array.place().compressed() ? 0 : array.place().offset();
        return new TensorInfo(name, header.dtype(), header.shape(), start + header.length(), header.dataBytes());
    }

    /** Mapped; where it is compressed, unpacked first into a file that disappears. */
    @Override
    public Tensor tensor(String name) {
        Array array = found(name);
        NpyHeader header = array.header();
        if (header.dataBytes() == 0) {
            return Tensor.zeros(header.dtype(), info(name).sizes());
        }
        try {
            return array.place().compressed()
                    ? array.place().expanded(source, alone -> header.map(alone, header.length()))
                    : header.map(source, array.place().offset() + header.length());
        } catch (IOException e) {
            throw CheckpointException.reading(source, e);
        }
    }

    private Array found(String name) {
        require(List.of(name));
        return arrays.get(name);
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    /** Every entry of a zip archive has a sum. */
    @Override
    public int verify() {
        arrays.forEach((name, array) -> {
            try {
                if (!array.place().sound(source)) {
                    throw NpyHeader.wrong(source, name, "has another checksum", "use another copy of the file");
                }
            } catch (IOException e) {
                throw CheckpointException.reading(source, e);
            }
        });
        return arrays.size();
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }
}
