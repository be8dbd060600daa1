package org.maliang.model.parity;

import java.util.LinkedHashMap;
import java.util.Map;
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

    @Override
    public Map<String, Tensor> parameters() {
        return clip.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to CLIP");
        }
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        EncoderInput text = given.text();
        EncoderInput image = given.image();
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
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        return Clip.loss(clip.similarity(clip.textVector(given.text()), clip.imageVector(given.image())));
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("CLIP generates nothing");
    }

    @Override
    public void close() {
        clip.close();
    }
}
