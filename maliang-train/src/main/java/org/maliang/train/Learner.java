package org.maliang.train;

import org.maliang.model.Decoder;
import org.maliang.tensor.Gradients;
import org.maliang.tensor.Optimizer;
import org.maliang.train.data.Batches;
import org.maliang.train.data.TokenFile;
import org.maliang.train.objective.CausalLm;
import org.maliang.train.objective.Objective;
import org.maliang.train.recipe.Recipe;

/** Takes the steps of a run: a step depends on the parameters, the optimiser's state, the seed and its number alone. */
final class Learner {
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private final Recipe recipe;
    private final Decoder model;
    private final Optimizer optimizer;
    private final Batches batches;
    private final GradientPass pass;
    private final Schedule schedule;

    Learner(Recipe recipe, Decoder model, Optimizer optimizer, TokenFile corpus) {
        var settings = recipe.train();
        this.recipe = recipe;
        this.model = model;
        this.optimizer = optimizer;
        this.batches = new Batches(corpus, new Batches.Shape(settings.batch(), settings.context()), recipe.seed());
        this.schedule = Schedule.of(recipe);
        var precision = new Precision(settings.precision(), model.device());
        Objective objective = new CausalLm();
        this.pass = settings.checkpointActivations()
                ? new RecomputedActivations(model, objective, precision)
                : new StoredActivations(model, objective, precision);
    }

    Decoder model() {
        return model;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** Passes over the corpus that the whole run makes. */
    double epochs() {
        return batches.epochs((long) recipe.train().steps() * recipe.train().accumulate());
    }

    /**
     * Update number {@code step}, counted from 0.
     *
     * @throws TrainingException if loss or gradient is not a number; the parameters are then as before
     */
    Listener.Step update(int step) {
        long begun = System.nanoTime();
        int parts = recipe.train().accumulate();
        double loss = 0;
        for (int part = 0; part < parts; part++) {
            long index = (long) step * parts + part;
            loss += pass.run(batches.at(index), 1.0 / parts, recipe.seed() + ODD * index) / parts;
        }
        var parameters = model.parameters().values();
        double clip = recipe.train().clip();
        double norm = clip > 0 ? Gradients.clip(parameters, clip) : Gradients.norm(parameters);
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new TrainingException(
                    "step " + (step + 1) + ": the loss is " + loss + " and the gradient's norm " + norm
                            + "; lower optimizer.learning-rate, lengthen schedule.warmup or use train.precision f32, then --resume");
        }
        double rate = schedule.at(step);
        optimizer.step(rate);
        optimizer.zeroGrad();
        long perStep = recipe.train().tokensPerStep();
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Listener.Step(step + 1, loss, rate, norm, perStep * (step + 1), perStep / seconds);
    }
}
