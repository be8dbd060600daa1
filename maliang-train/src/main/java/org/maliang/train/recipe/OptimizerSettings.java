package org.maliang.train.recipe;

import java.util.List;

/**
 * The optimiser.
 *
 * @param learningRate the peak of the schedule
 * @param betas decay rates of the first and second moments (Adam and its kin; momentum of SGD is the first)
 * @param eps added to the root of the second moment
 * @param weightDecay decoupled decay of matrices; vectors (biases, norms) are not decayed
 */
public record OptimizerSettings(Kind name, double learningRate, List<Double> betas, double eps, double weightDecay) {
    /** Which algorithm. */
    public enum Kind {
        ADAMW,
        ADAM,
        SGD,
        ADAFACTOR,
        LAMB,
        /** Muon for the matrices inside the layers, AdamW for everything else. */
        MUON
    }

    static OptimizerSettings of(Section section) {
        return new OptimizerSettings(
                section.choice("name", Kind.ADAMW),
                section.number("learning-rate", 1e-3, Range.POSITIVE),
                section.numbers("betas", List.of(0.9, 0.95), Range.FRACTION),
                section.number("eps", 1e-8, Range.POSITIVE),
                section.number("weight-decay", 0.1, Range.NOT_NEGATIVE));
    }
}
