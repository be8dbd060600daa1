package org.maliang.model.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ModelException;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.StoredMatrix;
import org.maliang.tensor.DType;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Tensor;

/**
 * Writes a model whose matrices are integers with scales ({@link Quantized}): those that layers multiply by, the table of
 * words and the head; norms, biases and positions stay what they are. Matrices are read, rounded and written one after the
 * other.
 *
 * <p>{@code config.json} says so under {@code quantization_config}; the integers of {@code X} lie under its name and its
 * scales under {@code X_scale}. The table of words, the head and matrices whose columns cannot be grouped get 8 bits
 * in any case.
 *
 * @param files the model; stays the caller's
 * @param bits 8 or 4
 * @param group columns that share a scale; for 4 bits
 */
public record Quantization(ModelFiles files, int bits, int group) {
    private static final String KEY = "quantization_config";

    public Quantization {
        if (bits != 8 && bits != 4) {
            throw new IllegalArgumentException("--bits " + bits + " is not possible: choose 8 or 4");
        }
        if (bits == 4 && !List.of(32, 64, 128, 256).contains(group)) {
            throw new IllegalArgumentException("--group " + group + " has no kernel: choose 32, 64, 128 or 256");
        }
    }

    /** Writes the model directory, with the tokenizer's files. */
    public void write(Path target) {
        if (files.config().has(KEY)) {
            throw new ModelException(files.path() + " is quantized already: start from the model it was made of");
        }
        ObjectNode config = files.config().deepCopy();
        config.putObject(KEY)
                .put("quant_method", "maliang")
                .put("bits", bits)
                .put("group_size", bits == 4 ? group : -1);
        Conversion.writer(files, target, config)
                .weights(weights(), Optional.empty())
                .write();
    }

    private Weights weights() {
        Weights whole = Models.canonical(files);
        Map<String, Models.Matrix> matrices = Models.matrices(files.config());
        DerivedWeights written = new DerivedWeights(whole);
        for (String name : whole.names()) {
            if (matrices.containsKey(name)) {
                add(written, whole, name, matrices.get(name));
            } else {
                written.add(name, whole, name);
            }
        }
        return written;
    }

    private void add(DerivedWeights written, Weights whole, String name, Models.Matrix matrix) {
        TensorInfo info = whole.info(name);
        boolean rows = matrix.layout() == MatMul.Layout.OUT_IN;
        long out = info.shape().get(rows ? 0 : 1);
        long in = info.shape().get(rows ? 1 : 0);
        boolean four = bits == 4 && !matrix.table() && Quantized.groups(in, group);
        Supplier<Quantized> integers = () -> {
            Tensor weight = matrix.layout().outIn(whole.tensor(name));
            return four ? Quantized.int4(weight, group) : Quantized.int8(weight);
        };
        LazyTensor values = four
                ? new LazyTensor(
                        DType.U8, List.of(out, in / 2), () -> integers.get().values())
                : new LazyTensor(
                        DType.I8, List.of(out, in), () -> integers.get().values());
        LazyTensor scales = four
                ? new LazyTensor(
                        DType.BF16,
                        List.of(in / group, out, 2L),
                        () -> integers.get().scales())
                : new LazyTensor(DType.F32, List.of(out), () -> integers.get().scales());
        written.add(name, values).add(name + StoredMatrix.SCALE, scales);
    }
}
