package org.maliang.model;

import org.maliang.model.layer.Dropout;

/** The shape of an encoder and the task its head is for. */
public interface EncoderConfig extends ModelConfig {

    Task task();

    /** The standard deviation of fresh weights. */
    double initialDeviation();

    /** Of the vectors that heads read. */
    Dropout headDropout();
}
