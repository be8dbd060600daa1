package org.maliang.model.parity;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.tensor.Tensor;

/** What golden cases about texts and images give: an image, and the text that goes with it. */
record Captions(Map<String, GoldenTensor> golden) {

    private static final Set<String> INPUTS =
            Set.of("input_ids", "attention_mask", "position_ids", "pixel_values", "labels");

    Captions {
        for (String name : golden.keySet()) {
            if (!INPUTS.contains(name)) {
                throw new ModelException("\"" + name + "\" is no input of a model of texts and images");
            }
        }
    }

    EncoderInput text() {
        EncoderInput text = EncoderInput.of(tensor("input_ids"));
        if (golden.containsKey("attention_mask")) {
            text = text.withMask(tensor("attention_mask"));
        }
        return golden.containsKey("position_ids") ? text.withPositions(tensor("position_ids")) : text;
    }

    EncoderInput image() {
        return EncoderInput.ofImages(tensor("pixel_values"));
    }

    Tensor tensor(String name) {
        @Nullable GoldenTensor found = golden.get(name);
        if (found == null) {
            throw new ModelException("the input \"" + name + "\" is missing from the golden case");
        }
        return found.tensor();
    }
}
