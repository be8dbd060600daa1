package org.maliang.checkpoint.megatron;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.LazyTensor;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Tensors put together from several files when they are asked for; their offset is 0, for they lie in no one place. */
record LazyWeights(Path source, long bytes, Map<String, LazyTensor> tensors) implements Weights {

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        var tensor = find(name);
        return new TensorInfo(name, tensor.dtype(), tensor.shape(), 0, tensor.bytes());
    }

    @Override
    public Tensor tensor(String name) {
        var tensor = find(name);
        try (Scope scope = Scope.open()) {
            return scope.keep(tensor.numbers().get());
        }
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of("format", "pt");
    }

    /** Checks nothing: the checksums of an archive belong to the pieces, not to these tensors. */
    @Override
    public int verify() {
        return 0;
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }

    private LazyTensor find(String name) {
        require(List.of(name));
        return tensors.get(name);
    }
}
