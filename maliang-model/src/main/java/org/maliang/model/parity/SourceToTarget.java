package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.maliang.model.generate.Beam;
import org.maliang.model.generate.Continuation;
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
        EncoderInput source = source(given);
        Input target = target(given);
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
                ? model.loss(source(given), target(given), labels)
                : model.loss(source(given), labels);
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        GoldenInputs given = GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT);
        EncoderInput source = source(given);
        JsonNode asked = golden.arguments();
        GenerationArguments arguments =
                GenerationArguments.of(asked, 1, model.config().eosId(), Set.of(START, FORCED_FIRST, FORCED_LAST));
        int start = asked.path(START).asInt(model.config().startId());
        Prompts prompts = Prompts.start(start, (int) source.batch());
        TokenGenerator generator = TokenGenerator.about(model, source)
                .endingWith(arguments.end())
                .forcing(
                        id(asked, FORCED_FIRST).orElse(model.config().forcedFirstId()),
                        id(asked, FORCED_LAST).orElse(model.config().forcedLastId()));
        if (arguments.options().beams() == 1) {
            List<Continuation> written = generator.write(prompts.rows(), arguments.options());
            return Map.of(GenerationCase.SEQUENCES, prompts.sequences(written, arguments.pad()));
        }
        List<Beam> beams = generator.search(prompts.rows(), arguments.options());
        return prompts.searched(beams, arguments.pad());
    }

    /** The token id that a call names; an empty one where it names none, and nothing where the call does not say. */
    private static Optional<OptionalInt> id(JsonNode arguments, String key) {
        if (!arguments.has(key)) {
            return Optional.empty();
        }
        JsonNode value = arguments.get(key);
        return Optional.of(value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty());
    }

    static EncoderInput source(GoldenInputs given) {
        EncoderInput source = given.has("pixel_values")
                ? EncoderInput.ofImages(given.tensor("pixel_values")) // [batch, channels, height, width]
                : EncoderInput.of(given.tensor("input_ids")); // [batch, source]
        return given.has("attention_mask") ? source.withMask(given.tensor("attention_mask")) : source;
    }

    private static Input target(GoldenInputs given) {
        Input target = Input.of(given.tensor("decoder_input_ids")); // [batch, time]
        return given.has("decoder_attention_mask") ? target.withMask(given.tensor("decoder_attention_mask")) : target;
    }

    @Override
    public void close() {
        model.close();
    }
}
