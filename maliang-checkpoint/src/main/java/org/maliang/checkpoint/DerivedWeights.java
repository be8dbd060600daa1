package org.maliang.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.maliang.tensor.DType;
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
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, Supplier<Tensor>> makers = new LinkedHashMap<>();

    /** @param origins the checkpoints that tensors are made of; closing this closes them */
    public DerivedWeights(Weights... origins) {
        this(List.of(origins));
    }

    /** @param origins the checkpoints that tensors are made of; closing this closes them */
    public DerivedWeights(List<? extends Weights> origins) {
        this.origins = origins;
        this.source = origins.get(0).source();
        this.bytes = origins.stream().mapToLong(Weights::bytes).sum();
    }

    /** Adds a tensor; {@code maker} gives it within an open scope. */
    public DerivedWeights add(String name, DType dtype, List<Long> shape, Supplier<Tensor> maker) {
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        infos.put(name, new TensorInfo(name, dtype, shape, 0, elements * dtype.bytes()));
        makers.put(name, maker);
        return this;
    }

    /** Adds a tensor of {@code origin} as it is, under a name that may be another. */
    public DerivedWeights add(String name, Weights origin, String there) {
        TensorInfo info = origin.info(there);
        return add(name, info.dtype(), info.shape(), () -> origin.tensor(there));
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(infos.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        require(List.of(name));
        return infos.get(name);
    }

    @Override
    public Tensor tensor(String name) {
        require(List.of(name));
        return makers.get(name).get();
    }

    @Override
    public Map<String, String> metadata() {
        return origins.get(0).metadata();
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
