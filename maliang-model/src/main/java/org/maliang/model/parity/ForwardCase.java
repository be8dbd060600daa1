package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass: what went in and what came out.
 *
 * @param overrides changes to {@code config.json}; the weights stay
 * @param arguments further arguments of the call
 * @param outputs by the names of the reference implementation
 */
record ForwardCase(
        String name,
        Map<String, GoldenTensor> inputs,
        JsonNode overrides,
        JsonNode arguments,
        Map<String, GoldenTensor> outputs) {

    private static final String MASK = "attention_mask";
    private static final String TARGET = "decoder_";

    static ForwardCase of(GoldenNode node) {
        return new ForwardCase(
                node.at("name").text(),
                node.map("inputs", GoldenTensor::of),
                node.object("config_overrides"),
                node.object("call_kwargs"),
                node.map("outputs", GoldenTensor::of));
    }

    /**
     * Whether element {@code index} of the output {@code name} counts: what a model leaves at positions that are padding is no
     * promise. Outputs without a position for every input position count whole.
     */
    boolean counts(String name, GoldenTensor output, int index) {
        boolean ofTarget = inputs.containsKey(TARGET + "input_ids") && !name.startsWith("encoder_");
        @Nullable GoldenTensor mask = inputs.get(ofTarget ? TARGET + MASK : MASK); // [batch, time]
        if (mask == null || mask.shape().length != 2 || output.shape().length < 2) {
            return true;
        }
        if (!Arrays.equals(Arrays.copyOf(output.shape(), 2), mask.shape())) {
            return true;
        }
        return mask.values()[index / (output.values().length / mask.values().length)] != 0;
    }
}
