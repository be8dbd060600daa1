package org.maliang.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;
import org.maliang.train.recipe.TrainSettings;

/** The loop of a run: updates, and between them evaluations, samples and checkpoints when they are due. */
final class TrainingRun {
    private final Recipe recipe;
    private final RunDirectory directory;
    private final Listener listener;
    private final Learner learner;
    private final Examination examination;
    private double bestLoss = Double.POSITIVE_INFINITY;

    TrainingRun(Recipe recipe, RunDirectory directory, Listener listener, Learner learner, Examination examination) {
        this.recipe = recipe;
        this.directory = directory;
        this.listener = listener;
        this.learner = learner;
        this.examination = examination;
    }

    /** Takes the steps that are left; false if it stopped before the last one. */
    boolean go(Optional<Checkpoint> from, BooleanSupplier stopping) {
        TrainSettings settings = recipe.train();
        int first = from.map(Checkpoint::step).orElse(0);
        bestLoss = from.map(Checkpoint::bestLoss).orElse(bestLoss);
        listener.started(recipe, first, learner.model().parameterCount(), learner.epochs());
        for (int done = first + 1; done <= settings.steps(); done++) {
            listener.stepped(learner.update(done - 1));
            boolean last = done == settings.steps();
            boolean stop = stopping.getAsBoolean();
            if (due(settings.evalEvery(), done, last)) {
                evaluate(done);
            }
            if (due(settings.sampleEvery(), done, last)) {
                int step = done;
                examination.samples((prompt, text) -> listener.sampled(step, prompt, text));
            }
            if (stop || due(settings.saveEvery(), done, last)) {
                save(done);
            }
            if (stop && !last) {
                return false;
            }
        }
        directory.saveFinished(learner.model(), settings.export().dtype());
        return true;
    }

    private static boolean due(int every, int step, boolean last) {
        return every > 0 && (last || step % every == 0);
    }

    private void evaluate(int step) {
        Optional<Score> score = examination.score();
        if (score.isPresent()) {
            boolean best = score.get().loss() < bestLoss;
            if (best) {
                bestLoss = score.get().loss();
                directory.saveBest(learner.model());
            }
            listener.evaluated(step, score.get(), best);
        }
    }

    private void save(int step) {
        var state = new Checkpoint(recipe.out(), step, bestLoss);
        Path saved = directory.save(
                learner.model(), learner.optimizer(), state, recipe.train().keep());
        listener.saved(step, saved);
    }
}
