package org.maliang.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.train.data.Batch;
import org.maliang.train.objective.Objective;

/**
 * Activation checkpointing (Chen et al. 2016, arXiv:1604.06174): only the input of every block is kept; what happens
 * inside is computed again on the way back. A third more arithmetic for memory that hardly grows with depth.
 */
record RecomputedActivations(Decoder model, Objective objective, Precision precision) implements GradientPass {

    @Override
    public double run(Batch batch, double weight, long seed) {
        try (Scope scope = Scope.open()) {
            Input input = objective.input(model, batch).training();
            Pass pass = model.begin(input);
            Deque<Tensor> inputs = forward(input, pass, seed); // of every block, and of the final norm
            Tensor top = inputs.pop().requiresGrad(true);
            Tensor loss = precision.forward(() -> objective.loss(model, model.finalNorm(top), batch));
            loss.mul(weight).backward();
            Tensor gradient = top.grad(); // [rows, context, hidden]
            List<Block> blocks = model.blocks();
            for (int i = blocks.size() - 1; i >= 0; i--) {
                gradient = backward(blocks.get(i), pass, inputs.pop(), gradient, seed + i + 1);
            }
            Generator.seedDefault(seed);
            precision.forward(() -> model.embed(input)).backward(gradient);
            return loss.item();
        }
    }

    private Deque<Tensor> forward(Input input, Pass pass, long seed) {
        try (Autograd.Guard frozen = Autograd.noGrad()) {
            Deque<Tensor> inputs = new ArrayDeque<>();
            Generator.seedDefault(seed);
            Tensor x = precision.forward(() -> model.embed(input));
            inputs.push(x);
            List<Block> blocks = model.blocks();
            for (int i = 0; i < blocks.size(); i++) {
                x = through(blocks.get(i), pass, x, seed + i + 1);
                inputs.push(x);
            }
            return inputs;
        }
    }

    private Tensor backward(Block block, Pass pass, Tensor input, Tensor gradient, long seed) {
        try (Scope scope = Scope.open()) {
            through(block, pass, input.requiresGrad(true), seed).backward(gradient);
            return scope.keep(input.grad());
        }
    }

    private Tensor through(Block block, Pass pass, Tensor input, long seed) {
        try (Scope scope = Scope.open()) {
            Generator.seedDefault(seed);
            return scope.keep(precision.forward(() -> block.apply(input, pass)));
        }
    }
}
