package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.layer.Memory;
import org.maliang.tensor.Tensor;

/**
 * An encoder-decoder with its language-model head.
 *
 * @param model owned
 */
record SourceToTarget(EncoderDecoder model) implements Subject {

    private static final Set<String> INPUTS = Set.of(
            "input_ids", "pixel_values", "attention_mask", "decoder_input_ids", "decoder_attention_mask", "labels");
    private static final String START = "decoder_start_token_id";
    private static final String FORCED_FIRST = "forced_bos_token_id";
    private static final String FORCED_LAST = "forced_eos_token_id";
    private static final String SUBJECT = "an encoder-decoder";

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to " + SUBJECT);
        }
        GoldenInputs given = GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT);
        EncoderInput source = given.encoderInput();
        Input target = given.decoderInput("decoder_");
        Memory memory = model.remember(source);
        Tensor hidden = model.hidden(target, memory); // [batch, time, hidden]
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", model.logits(hidden));
        outputs.put("last_hidden_state", hidden);
        outputs.put("encoder_last_hidden_state", model.encoder().hidden(source));
        name(outputs, "encoder_hidden_states.", model.encoder().hiddenStates(source));
        name(outputs, "decoder_hidden_states.", model.hiddenStates(target, memory));
        return outputs;
    }

    private static void name(Map<String, Tensor> outputs, String name, List<Tensor> states) {
        for (int i = 0; i < states.size(); i++) {
            outputs.put(name + i, states.get(i)); // [batch, time, hidden]
        }
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT);
        Tensor labels = given.tensor("labels");
        return given.has("decoder_input_ids")
                ? model.loss(given.encoderInput(), given.decoderInput("decoder_"), labels)
                : model.loss(given.encoderInput(), labels);
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        GoldenInputs given = GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT);
        EncoderInput source = given.encoderInput();
        JsonNode asked = golden.arguments();
        GenerationArguments arguments =
                GenerationArguments.of(asked, 1, model.config().eosId(), Set.of(START, FORCED_FIRST, FORCED_LAST));
        int start = asked.path(START).asInt(model.config().startId());
        Prompts prompts = Prompts.of(Collections.nCopies((int) source.batch(), new int[] {start}));
        TokenGenerator generator = TokenGenerator.about(model, source)
                .endingWith(arguments.end())
                .forcing(
                        id(asked, FORCED_FIRST).orElse(model.config().forcedFirstId()),
                        id(asked, FORCED_LAST).orElse(model.config().forcedLastId()));
        return prompts.continued(generator, arguments);
    }

    /** The token id that a call names; an empty one where it names none, and nothing where the call does not say. */
    private static Optional<OptionalInt> id(JsonNode arguments, String key) {
        if (!arguments.has(key)) {
            return Optional.empty();
        }
        JsonNode value = arguments.get(key);
        return Optional.of(value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty());
    }

    @Override
    public void close() {
        model.close();
    }
}
