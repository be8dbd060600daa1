package org.maliang.train;

import org.maliang.model.Decoder;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.train.data.Batch;
import org.maliang.train.objective.Objective;

/** The plain pass: everything the backward pass needs stays in memory. */
record StoredActivations(Decoder model, Objective objective, Precision precision) implements GradientPass {

    @Override
    public double run(Batch batch, double weight, long seed) {
        try (Scope scope = Scope.open()) {
            Generator.seedDefault(seed);
            Tensor loss = precision.forward(() -> {
                Tensor hidden = model.hidden(objective.input(model, batch).training()); // [rows, context, hidden]
                return objective.loss(model, hidden, batch);
            });
            loss.mul(weight).backward();
            return loss.item();
        }
    }
}
