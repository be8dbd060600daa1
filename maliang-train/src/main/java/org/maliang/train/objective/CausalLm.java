package org.maliang.train.objective;

import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Tensor;
import org.maliang.train.data.Batch;

/** Predicting the next token at every position (Radford et al. 2018): the mean cross-entropy in nats. */
public final class CausalLm implements Objective {
    private static final long NOTHING_IGNORED = -100;

    @Override
    public Input input(Decoder model, Batch batch) {
        return Input.of(Tensor.of(batch.inputs(), batch.rows(), batch.context()).to(model.device()));
    }

    @Override
    public Tensor loss(Decoder model, Tensor hidden, Batch batch) {
        Tensor rows = hidden.flatten(0, 1); // [rows * context, hidden]
        Tensor targets = Tensor.of(batch.targets(), (long) batch.rows() * batch.context())
                .to(model.device());
        return model.loss(rows, targets, NOTHING_IGNORED);
    }
}
