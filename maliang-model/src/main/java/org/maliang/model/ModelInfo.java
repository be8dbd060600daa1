package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.DType;
import org.maliang.tensor.WeightKind;

/**
 * What can be said of a model without loading it.
 *
 * @param groups numbers learned, by the part of the model that holds them, in file order; layers are taken together, as in
 *     {@code transformer.h.*.attn}
 * @param dtype the element type of most numbers in the files; I8 for quantised ones of 8 bits, U8 for two of 4 bits in one
 * @param bytes length of the weight files
 * @param tokenizerFiles names of the tokenizer's files
 * @param licence as the model states it; empty where it says nothing
 */
public record ModelInfo(
        ModelConfig config,
        Map<String, Long> groups,
        DType dtype,
        long bytes,
        List<String> tokenizerFiles,
        String licence) {

    static ModelInfo of(Family family, ModelFiles files) {
        JsonNode config = files.config();
        Weights weights = files.weights();
        Map<String, Long> groups = new LinkedHashMap<>();
        Map<DType, Long> types = new TreeMap<>();
        List<TensorInfo> tensors = weights.names().stream()
                .filter(name -> !family.ignores(config, name) && !StoredMatrix.isScale(weights, name))
                .map(weights::info)
                .toList();
        for (TensorInfo tensor : tensors) {
            long numbers = tensor.dtype() == DType.U8 ? 2 * tensor.elements() : tensor.elements();
            groups.merge(group(tensor.name()), numbers, Long::sum);
            types.merge(tensor.dtype(), numbers, Long::sum);
        }
        DType dtype = types.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .orElseThrow(() -> new ModelException(weights.source() + ": holds no parameters of this model"))
                .getKey();
        return new ModelInfo(
                family.config(config), groups, dtype, weights.bytes(), files.tokenizerFiles(), files.licence());
    }

    /** How many numbers the model has learned. */
    public long parameters() {
        return groups.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How numbers are stored, as users name it: {@code bf16}, {@code int8} … */
    public String weightFormat() {
        return switch (dtype) {
            case I8 -> WeightKind.INT8.label();
            case U8 -> WeightKind.INT4.label();
            default -> dtype.name().toLowerCase(Locale.ROOT);
        };
    }

    /** A layer's part, or a name without its last word: {@code h.3.attn.c_attn.weight} is of {@code h.*.attn}. */
    private static String group(String name) {
        return name.replaceFirst("\\.[^.]+$", "").replaceFirst("\\.\\d+\\.([^.]+).*$", ".*.$1");
    }
}
