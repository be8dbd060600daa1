package org.maliang.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.ModelWriter;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.model.Decoder;
import org.maliang.model.Models;
import org.maliang.tensor.DType;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * Where a run keeps its things:
 *
 * <pre>
 * recipe.yaml                the recipe with all overrides
 * metrics.jsonl              a line for every update that is logged, every evaluation and every sample
 * tensorboard/               the same for TensorBoard
 * tokenizer/                 if the recipe trains one
 * checkpoints/step-0000500/  model directories that also hold the optimiser's state
 * best/                      the model with the lowest validation loss
 * model/                     the finished model
 * </pre>
 *
 * <p>Every directory of weights appears whole or not at all, whenever the process dies.
 */
final class RunDirectory {
    static final String CHECKPOINTS = "checkpoints";
    private static final String STATE = "trainer.json";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STEP = "step-";
    private static final String HIDDEN = ".";

    private final Path root;
    private final Path tokenizer;

    /** @param tokenizer directory of the tokenizer that goes into every model */
    RunDirectory(Path root, Path tokenizer) {
        this.root = root;
        this.tokenizer = tokenizer;
    }

    Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    Path tensorboard() {
        return root.resolve("tensorboard");
    }

    Path best() {
        return root.resolve("best");
    }

    Path model() {
        return root.resolve("model");
    }

    /** Writes {@code recipe.yaml}. */
    void writeRecipe(String yaml) {
        try {
            Files.createDirectories(root);
            Path temporary = root.resolve(".recipe.yaml.tmp");
            Files.writeString(temporary, yaml);
            Files.move(temporary, root.resolve("recipe.yaml"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(root, e);
        }
    }

    /** Saves a checkpoint, then removes all but the newest {@code keep}. */
    Path save(Decoder model, Optimizer optimizer, Checkpoint state, int keep) {
        Path directory = checkpoints().resolve("%s%07d".formatted(STEP, state.step()));
        writer(model, directory, DType.F32)
                .checksums()
                .tensors(OPTIMIZER, optimizer.state())
                .json(STATE, json(state))
                .write();
        all().skip(keep).forEach(RunDirectory::delete);
        return directory;
    }

    /** Saves the best model so far. */
    void saveBest(Decoder model) {
        writer(model, best(), DType.F32).checksums().write();
    }

    /** Saves the finished model. */
    void saveFinished(Decoder model, DType dtype) {
        writer(model, model(), dtype).write();
    }

    private ModelWriter writer(Decoder model, Path directory, DType dtype) {
        return Models.save(model, directory, dtype).tokenizerFrom(tokenizer);
    }

    /**
     * The newest checkpoint whose files are whole.
     *
     * @throws TrainingException if there are checkpoints but all are damaged
     */
    Optional<Checkpoint> newest() {
        List<Path> present = all().toList();
        Optional<Checkpoint> newest =
                present.stream().flatMap(path -> read(path).stream()).findFirst();
        if (newest.isEmpty() && !present.isEmpty()) {
            throw new TrainingException(checkpoints() + ": all " + present.size()
                    + " checkpoints are damaged; delete them to start again, or restore one from a backup");
        }
        return newest;
    }

    /** Puts the optimiser where the checkpoint has it. */
    static void restore(Checkpoint checkpoint, Optimizer optimizer) {
        try (Scope scope = Scope.open();
                Weights saved = SafeTensors.open(checkpoint.directory().resolve(OPTIMIZER))) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            saved.names().forEach(name -> state.put(name, saved.tensor(name)));
            optimizer.restore(state);
        }
    }

    private static Optional<Checkpoint> read(Path path) {
        try {
            var directory = ModelDirectory.open(path);
            try (var weights = directory.weights();
                    var optimizer = SafeTensors.open(directory.file(OPTIMIZER))) {
                weights.verify();
                optimizer.verify();
            }
            JsonNode state = directory.json(STATE);
            double best = state.path("best_loss").asDouble(Double.POSITIVE_INFINITY);
            return Optional.of(new Checkpoint(path, state.path("step").asInt(), best));
        } catch (CheckpointException e) {
            return Optional.empty(); // damaged on the disk: an older one will do
        }
    }

    private static JsonNode json(Checkpoint state) {
        var json = JsonNodeFactory.instance.objectNode().put("step", state.step());
        if (Double.isFinite(state.bestLoss())) {
            json.put("best_loss", state.bestLoss());
        }
        return json;
    }

    /** Checkpoints, newest first. */
    private Stream<Path> all() {
        if (!Files.isDirectory(checkpoints())) {
            return Stream.empty();
        }
        try (var present = Files.list(checkpoints())) {
            return present
                    .filter(path -> path.getFileName().toString().startsWith(STEP))
                    .sorted(Comparator.reverseOrder())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw unwritable(checkpoints(), e);
        }
    }

    private Path checkpoints() {
        return root.resolve(CHECKPOINTS);
    }

    /** Removes what a killed process left half written or half deleted. */
    void sweep() {
        if (!Files.isDirectory(checkpoints())) {
            return;
        }
        try (var present = Files.list(checkpoints())) {
            present.filter(path -> path.getFileName().toString().startsWith(HIDDEN + STEP))
                    .filter(path -> !path.toString().endsWith(".old"))
                    .forEach(RunDirectory::deleteTree);
        } catch (IOException e) {
            throw unwritable(checkpoints(), e);
        }
    }

    /** Renames first, so that a half-deleted checkpoint is never taken for one. */
    private static void delete(Path checkpoint) {
        Path doomed = checkpoint.resolveSibling(HIDDEN + checkpoint.getFileName() + ".gone");
        try {
            Files.move(checkpoint, doomed);
        } catch (IOException e) {
            throw unwritable(checkpoint, e);
        }
        deleteTree(doomed);
    }

    private static void deleteTree(Path directory) {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    private static TrainingException unwritable(Path path, IOException e) {
        return new TrainingException(
                path + ": cannot be written (" + e.getMessage() + "); check space and permissions", e);
    }
}
