package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/** Whether a model's memory is its file: Linux lists what is mapped. */
class MappedLoadingTest {
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    @TempDir
    private Path directory;

    @Test
    void weightsOfTheWantedTypeAreMappedAndNotCopied() throws IOException {
        assumeThat(MAPPINGS).exists();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2").put("vocab_size", 64).put("n_positions", 32);
        config.put("n_embd", 64).put("n_layer", 2).put("n_head", 4);
        try (Decoder model = Models.decoder(config, 1)) {
            Models.save(model, directory.resolve("m"), DType.BF16).write();
        }
        assertThat(mappings()).isZero();
        Placement mapped = new Placement(Device.CPU, DType.BF16, DType.BF16, true, Optional.of(WeightKind.F32));
        try (Model model = load(mapped)) {
            assertThat(mappings()).isGreaterThanOrEqualTo(model.parameters().size());
            model.parameters().values().iterator().next().fillInPlace(1); // private pages: the file stays as it is
        }
        assertThat(mappings()).as("after closing").isZero();
        try (Model model = load(mapped.copied());
                Scope scope = Scope.open()) {
            assertThat(mappings()).as("copied").isZero();
            Tensor first = model.parameters().values().iterator().next();
            assertThat(first.abs().amax(-1, false).max().item()).isLessThan(0.5);
        }
        try (Model converted = load(Placement.CPU)) {
            assertThat(mappings()).as(converted.config().family() + " in F32").isZero();
        }
    }

    private Model load(Placement placement) {
        ModelDirectory opened = ModelDirectory.open(directory.resolve("m"));
        return Models.load(opened, opened.config(), placement);
    }

    /** How many mappings there are of the weight file. */
    private long mappings() throws IOException {
        String file = directory.toRealPath().resolve("m/model.safetensors").toString();
        return Files.readAllLines(MAPPINGS).stream()
                .filter(line -> line.endsWith(file))
                .count();
    }
}
