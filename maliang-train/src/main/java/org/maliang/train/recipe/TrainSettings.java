package org.maliang.train.recipe;

import java.util.List;
import org.maliang.tensor.DType;

/**
 * How long and in what portions a run learns. The unit of "every" is the optimiser step; 0 means never.
 *
 * @param steps optimiser steps of the whole run
 * @param batch windows in one forward pass
 * @param context tokens predicted in a window
 * @param accumulate forward passes whose gradients are averaged in one step
 * @param device where it learns: cpu, cuda, cuda:1 …; auto takes a CUDA card where LibTorch sees one
 * @param precision of the matrix products; parameters and optimiser state are always f32
 * @param checkpointActivations recompute activations in the backward pass instead of storing them
 * @param clip largest norm of the whole gradient; 0 leaves it alone
 * @param evalEvery steps between evaluations on {@code data.valid}
 * @param evalDocuments validation documents an evaluation reads; 0 for all
 * @param saveEvery steps between checkpoints
 * @param keep newest checkpoints kept, besides the best
 * @param logEvery steps between lines of metrics
 * @param sampleEvery steps between sample texts
 * @param samplePrompts the beginnings of the sample texts
 * @param sampleLength tokens of a sample text
 * @param export number format of the weights in the finished model
 */
public record TrainSettings(
        int steps,
        int batch,
        int context,
        int accumulate,
        String device,
        Precision precision,
        boolean checkpointActivations,
        double clip,
        int evalEvery,
        int evalDocuments,
        int saveEvery,
        int keep,
        int logEvery,
        int sampleEvery,
        List<String> samplePrompts,
        int sampleLength,
        Precision export) {
    /** A number format. */
    public enum Precision {
        F32(DType.F32),
        BF16(DType.BF16);

        private final DType dtype;

        Precision(DType dtype) {
            this.dtype = dtype;
        }

        public DType dtype() {
            return dtype;
        }
    }

    static TrainSettings of(Section section) {
        return new TrainSettings(
                section.count("steps", 1),
                section.count("batch", 8, 1),
                section.count("context", 256, 1),
                section.count("accumulate", 1, 1),
                section.text("device", "auto"),
                section.choice("precision", Precision.BF16),
                section.flag("checkpoint-activations", false),
                section.number("clip", 1, Range.NOT_NEGATIVE),
                section.count("eval-every", 500, 0),
                section.count("eval-documents", 1000, 0),
                section.count("save-every", 500, 0),
                section.count("keep", 2, 1),
                section.count("log-every", 10, 1),
                section.count("sample-every", 500, 0),
                section.texts("sample-prompts"),
                section.count("sample-length", 64, 1),
                section.choice("export", Precision.F32));
    }

    /** Tokens that one optimiser step learns from. */
    public long tokensPerStep() {
        return (long) batch * context * accumulate;
    }
}
