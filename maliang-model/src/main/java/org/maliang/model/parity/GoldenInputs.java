package org.maliang.model.parity;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.tensor.Tensor;

/** The inputs of a golden case by name; one that its subject does not read is an error. */
record GoldenInputs(Map<String, GoldenTensor> golden) {

    private static final Set<String> TEXT_AND_IMAGE =
            Set.of("input_ids", "attention_mask", "position_ids", "pixel_values", "labels");

    static GoldenInputs of(Map<String, GoldenTensor> golden, Set<String> known, String subject) {
        for (String name : golden.keySet()) {
            if (!known.contains(name)) {
                throw new ModelException("\"" + name + "\" is no input of " + subject);
            }
        }
        return new GoldenInputs(golden);
    }

    /** An image, and the text that goes with it. */
    static GoldenInputs ofTextAndImage(Map<String, GoldenTensor> golden) {
        return of(golden, TEXT_AND_IMAGE, "a model of texts and images");
    }

    boolean has(String name) {
        return golden.containsKey(name);
    }

    GoldenTensor required(String name) {
        @Nullable GoldenTensor found = golden.get(name);
        if (found == null) {
            throw new ModelException("the input \"" + name + "\" is missing from the golden case");
        }
        return found;
    }

    Tensor tensor(String name) {
        return required(name).tensor();
    }

    /** What a decoder reads: {@code input_ids} and what goes with them, all with {@code prefix} before their names. */
    Input decoderInput(String prefix) {
        Input input = Input.of(tensor(prefix + "input_ids")); // [batch, time]
        if (has(prefix + "attention_mask")) {
            input = input.withMask(tensor(prefix + "attention_mask"));
        }
        return has(prefix + "position_ids") ? input.withPositions(tensor(prefix + "position_ids")) : input;
    }

    /** What an encoder reads: a text, an image, or both. */
    EncoderInput encoderInput() {
        if (!has("input_ids") && !has("inputs_embeds")) {
            return image();
        }
        return has("pixel_values") ? text().withImages(tensor("pixel_values")) : text();
    }

    /** The text alone. */
    EncoderInput text() {
        EncoderInput input = has("input_ids")
                ? EncoderInput.of(tensor("input_ids")) // [batch, time]
                : EncoderInput.ofVectors(tensor("inputs_embeds")); // [batch, time, size]
        if (has("attention_mask")) {
            input = input.withMask(tensor("attention_mask"));
        }
        if (has("token_type_ids")) {
            input = input.withTypes(tensor("token_type_ids"));
        }
        if (has("position_ids")) {
            input = input.withPositions(tensor("position_ids"));
        }
        if (has("task_type_ids")) {
            input = input.withTasks(tensor("task_type_ids"));
        }
        return has("bbox") ? input.withBoxes(tensor("bbox")) : input;
    }

    /** The image alone. */
    EncoderInput image() {
        return EncoderInput.ofImages(tensor("pixel_values")); // [batch, channels, height, width]
    }
}
