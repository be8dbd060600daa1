package org.maliang.model.parity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.model.blip.BlipCaptioning;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.layer.Memory;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * A model that describes images.
 *
 * @param model owned
 */
record ImageCaptioning(BlipCaptioning model) implements Subject {

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to a captioning model");
        }
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        Tensor image = model.encoder().hidden(given.image()); // [batch, positions, hidden]
        Memory memory = model.remember(image, Optional.empty());
        return Map.of(
                "logits",
                model.logits(model.hidden(given.decoderInput(""), memory)),
                "image_embeds",
                image,
                "last_hidden_state",
                image);
    }

    /** Captions are their own labels: position {@code i} foretells label {@code i + 1}. */
    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        Tensor labels = given.tensor("labels"); // [batch, time]
        Tensor none = Tensor.full(EncoderDecoder.IGNORED, DType.I64, labels.size(0), 1);
        Tensor next = Tensor.cat(List.of(labels.narrow(1, 1, labels.size(1) - 1), none), 1);
        return model.loss(given.image(), given.decoderInput(""), next);
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        EncoderInput image = given.image();
        Prompts prompts = given.has("input_ids")
                ? prompted(given.required("input_ids"))
                : Prompts.of(TokenGenerator.start(model, (int) image.batch()));
        GenerationArguments arguments = GenerationArguments.of(
                golden.arguments(), prompts.time(), model.config().eosId(), Set.of());
        return prompts.continued(TokenGenerator.about(model, image).endingWith(arguments.end()), arguments);
    }

    private Prompts prompted(GoldenTensor ids) {
        return Prompts.of(
                Prompts.of(ids, null).rows().stream().map(model::opening).toList());
    }

    @Override
    public void close() {
        model.close();
    }
}
