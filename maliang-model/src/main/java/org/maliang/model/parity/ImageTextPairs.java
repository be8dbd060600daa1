package org.maliang.model.parity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.model.clip.Clip;
import org.maliang.tensor.Tensor;

/**
 * Two encoders that compare texts with images.
 *
 * @param clip owned
 */
record ImageTextPairs(Clip clip) implements Subject {

    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "position_ids", "pixel_values");

    @Override
    public Map<String, Tensor> parameters() {
        return clip.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to CLIP");
        }
        EncoderInput text = text(golden.inputs());
        EncoderInput image = image(golden.inputs());
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Tensor words = clip.texts().hidden(text); // [batch, time, hidden]
        outputs.put("text_model_output.last_hidden_state", words);
        outputs.put("text_model_output.pooler_output", clip.texts().pooled(words, text));
        Tensor patches = clip.images().hidden(image); // [batch, 1 + patches, hidden]
        outputs.put("vision_model_output.last_hidden_state", patches);
        outputs.put("vision_model_output.pooler_output", clip.images().pooled(patches, image));
        Tensor textVectors = clip.textVector(text);
        Tensor imageVectors = clip.imageVector(image);
        outputs.put("text_embeds", textVectors);
        outputs.put("image_embeds", imageVectors);
        Tensor similarity = clip.similarity(textVectors, imageVectors);
        outputs.put("logits_per_text", similarity);
        outputs.put("logits_per_image", similarity.transpose(0, 1));
        return outputs;
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        Tensor texts = clip.textVector(text(golden.inputs()));
        return Clip.loss(clip.similarity(texts, clip.imageVector(image(golden.inputs()))));
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("CLIP generates nothing");
    }

    private static EncoderInput text(Map<String, GoldenTensor> inputs) {
        for (String name : inputs.keySet()) {
            if (!INPUTS.contains(name)) {
                throw new ModelException("\"" + name + "\" is no input of CLIP");
            }
        }
        EncoderInput text = EncoderInput.of(tensor(inputs, "input_ids"));
        if (inputs.containsKey("attention_mask")) {
            text = text.withMask(tensor(inputs, "attention_mask"));
        }
        return inputs.containsKey("position_ids") ? text.withPositions(tensor(inputs, "position_ids")) : text;
    }

    private static EncoderInput image(Map<String, GoldenTensor> inputs) {
        return EncoderInput.ofImages(tensor(inputs, "pixel_values"));
    }

    private static Tensor tensor(Map<String, GoldenTensor> inputs, String name) {
        if (!inputs.containsKey(name)) {
            throw new ModelException("the input \"" + name + "\" is missing from the golden case");
        }
        return inputs.get(name).tensor();
    }

    @Override
    public void close() {
        clip.close();
    }
}
