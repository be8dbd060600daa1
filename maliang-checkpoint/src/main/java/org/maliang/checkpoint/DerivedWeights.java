package org.maliang.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * A checkpoint seen in another way: tensors that are made of those of another one, each when it is asked for.
 *
 * <pre>{@code
 * var halves = new DerivedWeights(whole);
 * halves.add("w", DType.F16, List.of(2L, 3L), () -> whole.tensor("w").to(DType.F16));
 * }</pre>
 */
public final class DerivedWeights implements Weights {
    private final Path source;
    private final long bytes;
    private final List<? extends Weights> origins;
    private final Map<String, LazyTensor> tensors = new LinkedHashMap<>();

    /** @param origins the checkpoints that tensors are made of; closing this closes them */
    public DerivedWeights(Weights... origins) {
        this(origins[0].source(), Stream.of(origins).mapToLong(Weights::bytes).sum(), List.of(origins));
    }

    /**
     * Tensors put together from several files, which hold nothing open and whose checksums are not asked for.
     *
     * @param bytes length of the files
     */
    public DerivedWeights(Path source, long bytes, Map<String, LazyTensor> tensors) {
        this(source, bytes, List.of());
        this.tensors.putAll(tensors);
    }

    private DerivedWeights(Path source, long bytes, List<? extends Weights> origins) {
        this.source = source;
        this.bytes = bytes;
        this.origins = origins;
    }

    /** Adds a tensor. */
    public DerivedWeights add(String name, LazyTensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    /** Adds a tensor; {@code maker} gives it within an open scope. */
    public DerivedWeights add(String name, DType dtype, List<Long> shape, Supplier<Tensor> maker) {
        return add(name, new LazyTensor(dtype, shape, maker));
    }

    /** Adds a tensor of {@code origin} as it is, under a name that may be another. */
    public DerivedWeights add(String name, Weights origin, String there) {
        return add(name, LazyTensor.of(origin, there));
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The place is 0, for it lies in no one place. */
    @Override
    public TensorInfo info(String name) {
        LazyTensor tensor = find(name);
        return new TensorInfo(name, tensor.dtype(), tensor.shape(), 0, tensor.bytes());
    }

    /** What was read to make it is let go of. */
    @Override
    public Tensor tensor(String name) {
        LazyTensor tensor = find(name);
        try (Scope scope = Scope.open()) {
            return scope.keep(tensor.numbers().get());
        }
    }

    private LazyTensor find(String name) {
        require(List.of(name));
        return tensors.get(name);
    }

    /** Those of the first checkpoint. */
    @Override
    public Map<String, String> metadata() {
        return origins.isEmpty() ? Map.of() : origins.get(0).metadata();
    }

    /** Length of the files behind it. */
    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int verify() {
        return origins.stream().mapToInt(Weights::verify).sum();
    }

    @Override
    public Path source() {
        return source;
    }

    @Override
    public void close() {
        origins.forEach(Weights::close);
    }
}
