package org.maliang.model.parity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.blip.BlipRetrieval;
import org.maliang.model.clip.Clip;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.MaskedLm;
import org.maliang.model.head.MultipleChoice;
import org.maliang.model.head.NextSentence;
import org.maliang.model.head.Pretraining;
import org.maliang.model.head.QuestionAnswering;
import org.maliang.model.head.ReplacedTokenDetector;
import org.maliang.model.head.TaskModel;
import org.maliang.model.head.TokenClassifier;
import org.maliang.tensor.Tensor;

/**
 * An encoder, alone or with a head.
 *
 * @param model owned
 * @param encoder the model itself or the encoder inside
 */
record EncoderModel(Model model, Encoder encoder) implements Subject {

    private static final Set<String> INPUTS = Set.of(
            "input_ids",
            "inputs_embeds",
            "pixel_values",
            "bbox",
            "attention_mask",
            "token_type_ids",
            "position_ids",
            "task_type_ids",
            "labels",
            "next_sentence_label",
            "sentence_order_label",
            "start_positions",
            "end_positions");
    private static final String STATE = "hidden_states.";

    /** @param model goes over to the result */
    static Subject of(Golden golden, Model model) {
        if (model instanceof Encoder encoder) {
            return new EncoderModel(model, encoder);
        }
        if (model instanceof TaskModel head) {
            return new EncoderModel(model, head.encoder());
        }
        if (model instanceof Clip clip) {
            return new ImageTextPairs(clip);
        }
        if (model instanceof BlipRetrieval retrieval) {
            return new ImageTextRetrieval(retrieval);
        }
        model.close();
        throw new UnsupportedModelException("golden.json is about " + golden.modelClass()
                + ", which is not supported; supported: decoders, encoders and their heads");
    }

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        GoldenInputs given = given(golden.inputs());
        EncoderInput input = input(given);
        golden.arguments().propertyStream().forEach(argument -> {
            if (!argument.getKey().equals("interpolate_pos_encoding")) {
                throw new ModelException("the argument " + argument + " means nothing to an encoder");
            }
        });
        List<Tensor> states = encoder.hiddenStates(input);
        Map<String, Tensor> outputs = new LinkedHashMap<>(outputs(input, given));
        for (int i = 0; i < states.size(); i++) {
            outputs.put(STATE + i, states.get(i)); // [batch, time, hidden]
        }
        return outputs;
    }

    private Map<String, Tensor> outputs(EncoderInput input, GoldenInputs given) {
        Tensor hidden = encoder.hidden(input); // [batch, time, hidden]
        if (model instanceof MaskedLm head) {
            return Map.of("logits", head.logits(hidden));
        }
        if (model instanceof Pretraining head) {
            Tensor sentences = head.sentenceLogits(hidden, input);
            return Map.of(
                    "prediction_logits", head.wordLogits(hidden),
                    "seq_relationship_logits", sentences,
                    "sop_logits", sentences);
        }
        if (model instanceof Classifier head) {
            return Map.of("logits", head.logits(hidden, input));
        }
        if (model instanceof TokenClassifier head) {
            return Map.of("logits", head.logits(hidden, input));
        }
        if (model instanceof NextSentence head) {
            return Map.of("logits", head.logits(hidden, input));
        }
        if (model instanceof ReplacedTokenDetector head) {
            return Map.of("logits", head.logits(hidden, input));
        }
        if (model instanceof QuestionAnswering head) {
            QuestionAnswering.Span span = head.span(hidden, input);
            return Map.of("start_logits", span.start(), "end_logits", span.end());
        }
        if (model instanceof MultipleChoice head) {
            return Map.of("logits", head.logits(hidden, input, choices(given)));
        }
        return Map.of("last_hidden_state", hidden, "pooler_output", encoder.pooled(hidden, input));
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = given(golden.inputs());
        EncoderInput input = input(given);
        Tensor hidden = encoder.hidden(input); // [batch, time, hidden]
        if (model instanceof MaskedLm head) {
            return head.loss(hidden, given.tensor("labels"));
        }
        if (model instanceof Pretraining head) {
            String relation = given.has("sentence_order_label") ? "sentence_order_label" : "next_sentence_label";
            return head.wordLoss(hidden, given.tensor("labels"))
                    .add(head.sentenceLoss(hidden, input, given.tensor(relation)));
        }
        if (model instanceof Classifier head) {
            return head.loss(head.logits(hidden, input), given.tensor("labels"));
        }
        if (model instanceof TokenClassifier head) {
            return head.loss(head.logits(hidden, input), given.tensor("labels"));
        }
        if (model instanceof NextSentence head) {
            return head.loss(head.logits(hidden, input), given.tensor("labels"));
        }
        if (model instanceof ReplacedTokenDetector head) {
            return head.loss(head.logits(hidden, input), input, given.tensor("labels"));
        }
        if (model instanceof QuestionAnswering head) {
            return head.loss(head.span(hidden, input), given.tensor("start_positions"), given.tensor("end_positions"));
        }
        if (model instanceof MultipleChoice head) {
            return head.loss(head.logits(hidden, input, choices(given)), given.tensor("labels"));
        }
        throw new ModelException("an encoder without a head has no loss");
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("an encoder generates nothing");
    }

    private static GoldenInputs given(Map<String, GoldenTensor> inputs) {
        return GoldenInputs.of(inputs, INPUTS, "an encoder");
    }

    private EncoderInput input(GoldenInputs given) {
        EncoderInput input = given.encoderInput();
        return model instanceof MultipleChoice ? input.flattened() : input;
    }

    /** How many choices belong together: the second dimension of {@code [batch, choices, time]}. */
    private static long choices(GoldenInputs given) {
        return given.tensor(given.has("input_ids") ? "input_ids" : "inputs_embeds")
                .size(1);
    }

    @Override
    public void close() {
        model.close();
    }
}
