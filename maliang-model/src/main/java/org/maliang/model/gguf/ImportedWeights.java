package org.maliang.model.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * The tensors of a GGUF file under our names.
 *
 * @param origins what each is in the file
 */
record ImportedWeights(Gguf file, HeadCounts heads, Map<String, Origin> origins) implements Weights {

    /** A name in the file, and the layout there. */
    record Origin(String name, Layout layout) {}

    /** @param tied whether the head is left out */
    static ImportedWeights of(Gguf file, Architecture architecture, boolean tied) {
        HeadCounts heads = architecture.heads(new Metadata(file, architecture.name()));
        Map<String, Origin> origins = new LinkedHashMap<>();
        for (String name : file.names()) {
            if (tied && name.equals(Architecture.HEAD)) {
                continue;
            }
            TensorRule rule = architecture.rules().stream()
                    .filter(candidate -> candidate.toOurs(name).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new CheckpointException(
                            file.source(),
                            "holds tensor " + CheckpointException.quote(name) + ", which " + architecture.name()
                                    + " has no place for",
                            "only plain models of that architecture are read"));
            if (!rule.layout().fits(file.info(name).shape(), heads)) {
                throw new CheckpointException(
                        file.source(),
                        "holds tensor " + CheckpointException.quote(name) + " of shape "
                                + file.info(name).shape() + ", which does not fit " + heads.queries() + " heads",
                        "download or convert it again");
            }
            origins.put(rule.toOurs(name).orElseThrow(), new Origin(name, rule.layout()));
        }
        return new ImportedWeights(file, heads, origins);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(origins.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        Origin origin = found(name);
        TensorInfo info = file.info(origin.name());
        return new TensorInfo(name, info.dtype(), origin.layout().shape(info.shape()), info.offset(), info.bytes());
    }

    @Override
    public Tensor tensor(String name) {
        Origin origin = found(name);
        try (Scope scope = Scope.open()) {
            return scope.keep(origin.layout().ours(file.tensor(origin.name()), heads));
        }
    }

    private Origin found(String name) {
        return Optional.ofNullable(origins.get(name)).orElseGet(() -> {
            require(List.of(name));
            throw new IllegalStateException(name);
        });
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public long bytes() {
        return file.bytes();
    }

    @Override
    public int verify() {
        return file.verify();
    }

    @Override
    public Path source() {
        return file.source();
    }

    @Override
    public void close() {
        file.close();
    }
}
