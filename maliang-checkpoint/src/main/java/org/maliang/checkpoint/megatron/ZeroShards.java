package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.PythonObject;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.checkpoint.torch.TorchTensor;
import org.maliang.tensor.DType;

/**
 * The 32-bit parameters of one tensor-parallel rank, which ZeRO has cut over data-parallel ranks (DeepSpeed,
 * {@code utils/zero_to_fp32.py}).
 *
 * <ul>
 *   <li>Stages 1 and 2: each group of parameters is one long vector, padded and cut into equal parts, one for each rank.
 *   <li>Stage 3: each parameter is cut into equal parts, the last one padded; a rank has its parts one behind the other.
 * </ul>
 */
final class ZeroShards {
    private final List<TorchFile> models;
    private final List<TorchFile> optimizers;
    private final long stage;
    private final Map<String, LazyTensor> tensors = new LinkedHashMap<>();

    /** @param models one, or in stage 3 one for each data-parallel rank */
    ZeroShards(List<TorchFile> models, List<TorchFile> optimizers) {
        this.models = models;
        this.optimizers = optimizers;
        this.stage = stage(optimizers.get(0));
        checkCount();
    }

    /** Buffers, frozen parameters, trained parameters, and the other names of shared ones. */
    Weights weights() {
        try {
            addBuffers();
            addFrozen();
            if (stage == 3) {
                addPartsOfParameters();
            } else {
                addPartsOfGroups();
            }
            addShared();
        } catch (ArithmeticException e) {
            throw damaged("a parameter is larger than any memory");
        }
        long bytes = models.stream().mapToLong(TorchFile::bytes).sum()
                + optimizers.stream().mapToLong(TorchFile::bytes).sum();
        return new DerivedWeights(models.get(0).path(), bytes, tensors);
    }

    // ---------------------------------------------------------------- trained parameters

    private void addPartsOfGroups() {
        var groups = groups();
        int ranks = optimizers.size();
        for (int group = 0; group < groups.size(); group++) {
            var vector = new FlatVector();
            for (var optimizer : optimizers) {
                vector.append(optimizer, partition(optimizer, "single_partition_of_fp32_groups", group));
            }
            long at = 0;
            for (var parameter : groups.get(group).entrySet()) {
                long elements = elements(parameter.getValue());
                add(parameter.getKey(), parameter.getValue(), List.of(vector.slice(at, elements)));
                at += elements;
            }
            long step = 2L * ranks; // what the vector is padded to a multiple of
            if ((at + step - 1) / step * step < vector.elements()) {
                throw damaged("group " + group + " has " + vector.elements() + " numbers, but its shapes need " + at);
            }
        }
    }

    private void addPartsOfParameters() {
        var vectors = new ArrayList<FlatVector>();
        for (var optimizer : optimizers) {
            var vector = new FlatVector();
            int count = partitions(optimizer, "fp32_flat_groups").size();
            for (int group = 0; group < count; group++) {
                vector.append(optimizer, partition(optimizer, "fp32_flat_groups", group));
            }
            vectors.add(vector);
        }
        long at = 0;
        for (var group : groups()) {
            for (var parameter : group.entrySet()) {
                long part = part(elements(parameter.getValue()));
                long start = at;
                add(
                        parameter.getKey(),
                        parameter.getValue(),
                        vectors.stream()
                                .map(vector -> vector.slice(start, part))
                                .toList());
                at += part;
            }
        }
    }

    private long part(long elements) {
        return (elements + optimizers.size() - 1) / optimizers.size();
    }

    private void add(String name, List<Long> shape, List<FlatVector> parts) {
        tensors.put(name, new LazyTensor(DType.F32, shape, () -> FlatVector.tensor(parts, shape)));
    }

    // ---------------------------------------------------------------- the rest

    /** Buffers stand in the model file as they are. */
    private void addBuffers() {
        if (entry(models.get(0), "buffer_names") instanceof List<?> names && !names.isEmpty()) {
            var wanted = names.stream().map(String::valueOf).collect(Collectors.toSet());
            var module = models.get(0).weights("module");
            module.names().stream()
                    .filter(wanted::contains)
                    .forEach(name ->
                            tensors.put(name, LazyTensor.of(module, name).to(Optional.of(DType.F32))));
        }
    }

    private void addFrozen() {
        shapes(entry(models.get(0), "frozen_param_shapes")).forEach((name, shape) -> {
            var parts = new ArrayList<FlatVector>();
            for (var model : stage == 3 ? models : models.subList(0, 1)) {
                Object fragment = entry(model, "frozen_param_fragments") instanceof Map<?, ?> map
                        ? Optional.<Object>ofNullable(map.get(name)).orElse("")
                        : "";
                var vector = new FlatVector();
                vector.append(model, tensor(fragment));
                parts.add(vector.slice(0, stage == 3 ? part(elements(shape)) : elements(shape)));
            }
            add(name, shape, parts);
        });
    }

    private void addShared() {
        if (entry(models.get(0), "shared_params") instanceof Map<?, ?> names) {
            names.forEach((alias, name) -> {
                var tensor = name instanceof String text ? tensors.get(text) : null;
                if (alias instanceof String text && tensor != null) {
                    tensors.put(text, tensor);
                }
            });
        }
    }

    // ---------------------------------------------------------------- checked access

    private long stage(TorchFile optimizer) {
        Object stage = optimizerEntry(optimizer, "zero_stage");
        if (stage instanceof PythonObject member && member.arguments().size() == 1) {
            stage = member.arguments().get(0); // of an enumeration
        }
        if (stage instanceof Long number && number >= 1 && number <= 3) {
            return number;
        }
        throw damaged("it does not say its ZeRO stage");
    }

    private void checkCount() {
        Object count = optimizerEntry(optimizers.get(0), "partition_count");
        if (count instanceof List<?> perGroup) {
            count = perGroup.stream()
                    .filter(Long.class::isInstance)
                    .map(Long.class::cast)
                    .max(Long::compare)
                    .map(Object.class::cast)
                    .orElse("");
        }
        int needed = stage == 3 ? optimizers.size() : 1;
        if (!Long.valueOf(optimizers.size()).equals(count) || models.size() < needed) {
            throw new CheckpointException(
                    optimizers.get(0).path(),
                    "there are " + optimizers.size() + " optimizer files and " + models.size()
                            + " model files, which is not what it was cut into",
                    "copy all files of the checkpoint");
        }
    }

    /** Names and shapes of the trained parameters, by group. */
    private List<Map<String, List<Long>>> groups() {
        Object found = entry(models.get(0), "param_shapes");
        if (!(found instanceof List || found instanceof Map)) {
            throw damaged("the shapes of the parameters are missing");
        }
        var groups = found instanceof List<?> list ? list : List.of(found);
        return groups.stream().map(this::shapes).toList();
    }

    private Map<String, List<Long>> shapes(Object dictionary) {
        var shapes = new LinkedHashMap<String, List<Long>>();
        if (dictionary instanceof Map<?, ?> map) {
            map.forEach((name, shape) -> {
                if (!(name instanceof String text && shape instanceof List<?> sizes && sizes.size() <= 64)) {
                    throw damaged("a shape is none");
                }
                shapes.put(text, sizes.stream().map(this::size).toList());
            });
        }
        return shapes;
    }

    private long size(Object value) {
        if (value instanceof Long size && size >= 0) {
            return size;
        }
        throw damaged("a shape is none");
    }

    private List<?> partitions(TorchFile optimizer, String key) {
        if (optimizerEntry(optimizer, key) instanceof List<?> partitions) {
            return partitions;
        }
        throw damaged(CheckpointException.quote(key) + " is missing in "
                + optimizer.path().getFileName());
    }

    private TorchTensor partition(TorchFile optimizer, String key, int group) {
        var partitions = partitions(optimizer, key);
        if (group >= partitions.size()) {
            throw damaged(optimizer.path().getFileName() + " has too few groups of parameters");
        }
        return tensor(partitions.get(group));
    }

    private TorchTensor tensor(Object value) {
        if (value instanceof TorchTensor tensor && tensor.isContiguous()) {
            return tensor;
        }
        throw damaged("a part of the parameters is no plain tensor");
    }

    private Object optimizerEntry(TorchFile optimizer, String key) {
        Object state = entry(optimizer, "optimizer_state_dict");
        return state instanceof Map<?, ?> map
                ? Optional.<Object>ofNullable(map.get(key)).orElse("")
                : "";
    }

    private static Object entry(TorchFile file, String key) {
        return file.root() instanceof Map<?, ?> map
                ? Optional.<Object>ofNullable(map.get(key)).orElse("")
                : "";
    }

    private static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    private CheckpointException damaged(String why) {
        return new CheckpointException(
                optimizers.get(0).path(),
                "its ZeRO shards cannot be put together: " + why,
                "copy all files again, or remove *_optim_states.pt to read the half-precision weights");
    }
}
