package org.maliang.checkpoint.numpy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/** One {@code .npy} file. */
record NpyFile(Path source, String name, NpyHeader header, long bytes) implements Weights {
    static final String ENDING = ".npy";

    static NpyFile open(Path file) throws IOException {
        String whole = String.valueOf(file.getFileName());
        String name = whole.endsWith(ENDING) ? whole.substring(0, whole.length() - ENDING.length()) : whole;
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            NpyHeader header = NpyHeader.read(file, name, in);
            long bytes = Files.size(file);
            header.checkData(file, name, bytes - header.length());
            return new NpyFile(file, name, header, bytes);
        }
    }

    @Override
    public Set<String> names() {
        return Set.of(name);
    }

    @Override
    public TensorInfo info(String wanted) {
        require(List.of(wanted));
        return new TensorInfo(name, header.dtype(), header.shape(), header.length(), header.dataBytes());
    }

    @Override
    public Tensor tensor(String wanted) {
        require(List.of(wanted));
        return header.map(source, header.length());
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    /** The format has no checksums. */
    @Override
    public int verify() {
        return 0;
    }

    @Override
    public void close() {
        // Nothing is held open: the tensor owns its mapping.
    }
}
