package org.maliang.model;

import java.util.Arrays;
import java.util.Optional;
import org.maliang.tensor.DType;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** What the numbers of a classifier mean. */
public enum Problem {
    /** Measurements; mean squared error. */
    REGRESSION("regression"),
    /** One label of several; cross-entropy. */
    ONE_LABEL("single_label_classification"),
    /** Any number of labels; cross-entropy of yes and no for each. */
    MANY_LABELS("multi_label_classification");

    private static final long IGNORED = -100;

    private final String id;

    Problem(String id) {
        this.id = id;
    }

    /** The name configurations use. */
    public String id() {
        return id;
    }

    public static Optional<Problem> named(String id) {
        return Arrays.stream(values()).filter(problem -> problem.id.equals(id)).findFirst();
    }

    /** What labels of this kind mean where the configuration does not say, as Hugging Face guesses it. */
    public static Problem guess(int count, DType labels) {
        if (count == 1) {
            return REGRESSION;
        }
        return labels.floating() ? MANY_LABELS : ONE_LABEL;
    }

    /**
     * The mean loss.
     *
     * @param logits {@code [batch, count]}
     * @param labels {@code [batch]} of {@link #ONE_LABEL}, otherwise {@code [batch, count]}, or {@code [batch]} of a single
     *     measurement
     */
    public Tensor loss(Tensor logits, Tensor labels) {
        return switch (this) {
            case ONE_LABEL -> Ops.crossEntropy(logits, labels.flatten(), IGNORED);
            case MANY_LABELS -> Ops.binaryCrossEntropy(logits, labels.to(logits.dtype()));
            case REGRESSION ->
                logits.sub(labels.to(logits.dtype()).view(logits.shape()))
                        .square()
                        .mean();
        };
    }
}
