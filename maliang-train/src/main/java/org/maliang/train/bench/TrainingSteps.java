package org.maliang.train.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.tensor.AdamW;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.ParameterGroup;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Training steps of a fresh model on one random batch: forward, backward, AdamW. */
public final class TrainingSteps implements AutoCloseable {
    private static final double LEARNING_RATE = 3e-4;
    private static final double WEIGHT_DECAY = 0.1;
    private static final long NO_PADDING = -100;

    private final Setting setting;
    private final Decoder model;
    private final Optimizer optimizer;
    private final Tensor ids; // [batch, context], owned
    private final Tensor targets; // [batch * context], owned
    private double loss = Double.NaN;

    /**
     * What is measured.
     *
     * @param precision F32, or BF16 for mixed precision: products in BF16, parameters and optimiser in F32
     * @param batch rows of a step
     * @param context tokens of a row
     */
    public record Setting(ModelShape shape, DType precision, int batch, int context, Device device) {
        public Setting {
            if (precision != DType.F32 && precision != DType.BF16) {
                throw new IllegalArgumentException("precision " + precision + " is not measured: take f32 or bf16");
            }
            if (batch < 1 || context < 1) {
                throw new IllegalArgumentException(
                        "batch and context must be at least 1, not " + batch + " and " + context);
            }
        }

        long tokens() {
            return (long) batch * context;
        }
    }

    public TrainingSteps(Setting setting) {
        this.setting = setting;
        int vocabulary = setting.shape().vocabulary();
        long[] drawn = new Random(0).longs(setting.tokens() + 1, 0, vocabulary).toArray();
        model = Models.decoder(setting.shape().config(setting.context()), 0, setting.device());
        model.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
        optimizer = AdamW.of(List.of(new ParameterGroup(model.parameters(), WEIGHT_DECAY)));
        int length = drawn.length - 1;
        try (Scope scope = Scope.open()) {
            Tensor read = Tensor.of(Arrays.copyOf(drawn, length), setting.batch(), setting.context());
            ids = scope.keep(read.to(setting.device()));
            targets = scope.keep(
                    Tensor.of(Arrays.copyOfRange(drawn, 1, length + 1), length).to(setting.device()));
        }
    }

    /** Takes one step more than {@code count} and gives the tokens a second of each but the first. */
    public double[] tokensPerSecond(int count) {
        double[] seconds = Stopwatch.seconds(count, this::step);
        return Arrays.stream(seconds).map(s -> setting.tokens() / s).toArray();
    }

    /** The loss of the last step. */
    public double loss() {
        return loss;
    }

    /** Operations of one token, forward and backward: 6 a parameter and 12 a pair of positions (nanoGPT's estimate). */
    public double operationsPerToken() {
        ModelShape shape = setting.shape();
        return 6.0 * model.parameterCount() + 12.0 * shape.layers() * shape.hidden() * setting.context();
    }

    private void step() {
        try (Scope scope = Scope.open()) {
            Tensor value = setting.precision() == DType.F32 ? forward() : forwardIn(setting.precision());
            value.backward();
            optimizer.step(LEARNING_RATE);
            optimizer.zeroGrad();
            loss = value.item();
        }
    }

    private Tensor forwardIn(DType type) {
        try (Autograd.Guard cast = Autograd.autocast(setting.device(), type)) {
            return forward();
        }
    }

    private Tensor forward() {
        Tensor hidden = model.hidden(Input.of(ids).training()); // [batch, context, hidden]
        return model.loss(hidden.flatten(0, 1), targets, NO_PADDING);
    }

    @Override
    public void close() {
        optimizer.close();
        model.close();
        ids.close();
        targets.close();
    }
}
