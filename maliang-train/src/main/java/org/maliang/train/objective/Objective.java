package org.maliang.train.objective;

import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Tensor;
import org.maliang.train.data.Batch;

/** What a decoder learns from a batch. The trainer runs the layers between the two methods. */
public interface Objective {

    /** What the decoder reads. */
    Input input(Decoder model, Batch batch);

    /**
     * The mean loss of a batch, a tensor of rank 0 on the gradient tape.
     *
     * @param hidden the decoder's states after its final norm, {@code [rows, context, hidden]}
     */
    Tensor loss(Decoder model, Tensor hidden, Batch batch);
}
