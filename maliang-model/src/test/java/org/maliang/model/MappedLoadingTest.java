package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** What loading costs in memory that belongs to the process alone, as Linux counts it. */
class MappedLoadingTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long WEIGHTS = 2L * 12 * 768 * 768 * 6; // bytes of the layers of the model below, in bf16

    @TempDir
    private Path directory;

    @Test
    void weightsOfTheWantedTypeAreMappedAndNotCopied() throws IOException {
        assumeThat(STATUS).exists();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2").put("vocab_size", 64).put("n_positions", 32);
        config.put("n_embd", 768).put("n_layer", 6).put("n_head", 12);
        try (Decoder model = Models.decoder(config, 1)) {
            Models.save(model, directory.resolve("m"), DType.BF16).write();
        }
        long before = ownBytes();
        try (Model mapped = load(new Placement(Device.CPU, DType.BF16, true))) {
            assertThat(ownBytes() - before).as("mapped").isLessThan(WEIGHTS / 4);
            try (Scope scope = Scope.open()) {
                Tensor first = mapped.parameters().values().iterator().next();
                first.fillInPlace(1); // private pages: the file stays as it is
            }
        }
        try (Model copied = load(new Placement(Device.CPU, DType.BF16, true).copied());
                Scope scope = Scope.open()) {
            assertThat(ownBytes() - before).as("copied").isGreaterThan(WEIGHTS * 3 / 4);
            Tensor first = copied.parameters().values().iterator().next();
            assertThat(first.abs().amax(-1, false).max().item()).isLessThan(0.5);
        }
    }

    private Model load(Placement placement) {
        ModelDirectory opened = ModelDirectory.open(directory.resolve("m"));
        return Models.load(opened, opened.config(), placement);
    }

    private static long ownBytes() throws IOException {
        String line = Files.readAllLines(STATUS).stream()
                .filter(one -> one.startsWith("RssAnon:"))
                .findFirst()
                .orElseThrow();
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }
}
