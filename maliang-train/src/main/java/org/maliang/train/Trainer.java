package org.maliang.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Decoder;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.tensor.Device;
import org.maliang.tensor.Optimizer;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.train.recipe.ModelSource;
import org.maliang.train.recipe.Recipe;

/**
 * Runs a recipe: learn, evaluate, sample, save, until its last step.
 *
 * <pre>{@code
 * Trainer trainer = new Trainer(Recipe.file(Path.of("recipes/tiny.yaml")).build(), listener);
 * trainer.run(true);
 * }</pre>
 *
 * <p>The batch and the dropout of a step depend on the seed and the number of the step alone, so a run that is resumed
 * from a checkpoint takes exactly the steps it would have taken without the interruption.
 */
public final class Trainer {
    private final Recipe recipe;
    private final Listener listener;
    private volatile boolean stopping;

    /** How a run ended. */
    public enum Outcome {
        FINISHED,
        STOPPED
    }

    public Trainer(Recipe recipe, Listener listener) {
        this.recipe = recipe;
        this.listener = listener;
    }

    /** Asks the run to save a checkpoint after the current step and to return; callable from any thread. */
    public void stop() {
        stopping = true;
    }

    /**
     * Takes all steps that are left and writes {@code model/} into the run directory.
     *
     * @param prepared tokenizer and corpus, from {@link Preparation}
     * @param resume whether to go on from the newest checkpoint; without one, the run starts at the beginning
     * @throws TrainingException if the loss is no longer a number, or the run directory holds a run and {@code resume}
     *     is false
     */
    public Outcome run(Prepared prepared, boolean resume) {
        var directory = new RunDirectory(recipe.out(), prepared.tokenizer());
        directory.sweep();
        Optional<Checkpoint> from = directory.newest();
        if (from.isPresent() && !resume) {
            throw new TrainingException(recipe.out() + " already holds a run, at step "
                    + from.get().step() + "; --resume goes on with it, --set out=DIR starts another");
        }
        directory.writeRecipe(recipe.yaml());
        var listeners = new Listeners(
                List.of(new MetricsLog(directory.metrics()), new TensorBoardLog(directory.tensorboard()), listener));
        try (Tokenizer tokenizer = Tokenizer.load(prepared.tokenizer());
                Decoder model = model(from, prepared);
                Optimizer optimizer = Optimizers.of(recipe.optimizer(), model.parameters())) {
            from.ifPresent(checkpoint -> RunDirectory.restore(checkpoint, optimizer));
            model.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
            var learner = new Learner(recipe, model, optimizer, prepared.train());
            var examination = new Examination(recipe, prepared, model, tokenizer);
            var run = new TrainingRun(recipe, directory, listeners, learner, examination);
            return run.go(from, () -> stopping) ? Outcome.FINISHED : Outcome.STOPPED;
        } finally {
            listeners.ended();
        }
    }

    private Decoder model(Optional<Checkpoint> from, Prepared prepared) {
        if (from.isPresent()) {
            return load(from.get().directory());
        }
        if (recipe.model() instanceof ModelSource.Continued continued) {
            return load(continued.directory());
        }
        ObjectNode config = ((ModelSource.Fresh) recipe.model()).config().deepCopy();
        fill(config, "vocab_size", prepared.vocabulary());
        fill(config, "n_positions", recipe.train().context());
        fill(config, "bos_token_id", prepared.separator());
        fill(config, "eos_token_id", prepared.separator());
        return Models.decoder(config, recipe.seed(), device());
    }

    /** A copy: training writes to every weight, and deletes checkpoints it went on from. */
    private Decoder load(Path path) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return Models.decoder(files, Placement.on(device()).copied());
        }
    }

    private Device device() {
        return Device.parse(recipe.train().device());
    }

    private static void fill(ObjectNode config, String key, int value) {
        if (!config.has(key)) {
            config.put(key, value);
        }
    }
}
