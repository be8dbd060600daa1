package org.maliang.checkpoint.torch;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/** The state dictionary of one file. */
record TorchWeights(TorchFile file, Map<String, TorchTensor> tensors) implements Weights {

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        var tensor = find(name);
        long bytes = tensor.elements() * tensor.dtype().bytes();
        return new TensorInfo(name, tensor.dtype(), tensor.shape(), file.offset(tensor), bytes);
    }

    @Override
    public Tensor tensor(String name) {
        return file.tensor(find(name));
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of("format", "pt");
    }

    @Override
    public long bytes() {
        return file.bytes();
    }

    /** The zip archives of PyTorch have checksums, the older files none. */
    @Override
    public int verify() {
        return file.verify(tensors.values());
    }

    @Override
    public Path source() {
        return file.path();
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }

    private TorchTensor find(String name) {
        require(List.of(name));
        return tensors.get(name);
    }
}
