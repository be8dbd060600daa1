package org.maliang.train;

import org.maliang.train.data.Batch;

/** One forward and one backward pass over a batch. */
interface GradientPass {

    /**
     * Adds to the gradients of the model's parameters.
     *
     * @param weight factor of the loss, 1 / (batches of a step)
     * @param seed of dropout: the same seed drops the same elements
     * @return the loss, not weighted
     */
    double run(Batch batch, double weight, long seed);
}
