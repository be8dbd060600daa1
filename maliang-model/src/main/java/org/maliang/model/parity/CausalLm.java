package org.maliang.model.parity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.Tensor;

/**
 * A decoder with its language-model head.
 *
 * @param decoder owned
 */
record CausalLm(Decoder decoder) implements Subject {

    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "position_ids", "labels");
    private static final String STATE = "hidden_states.";
    private static final long IGNORED = -100;

    @Override
    public Map<String, Tensor> parameters() {
        return decoder.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException(
                    "the arguments " + golden.arguments() + " mean nothing to a causal language model");
        }
        Input input = given(golden.inputs()).decoderInput("");
        List<Tensor> states = decoder.hiddenStates(input);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String name : golden.outputs().keySet()) {
            outputs.put(name, name.equals("logits") ? decoder.logits(decoder.hidden(input)) : state(states, name));
        }
        return outputs;
    }

    private static Tensor state(List<Tensor> states, String name) {
        for (int i = 0; i < states.size(); i++) {
            if (name.equals(STATE + i)) {
                return states.get(i); // [batch, time, hidden]
            }
        }
        throw new ModelException("\"" + name + "\" is no output of a causal language model with " + (states.size() - 1)
                + " layers; logits and " + STATE + "0 to " + (states.size() - 1) + " are");
    }

    /** The mean over all targets that are not {@value #IGNORED}; position {@code i} foretells label {@code i + 1}. */
    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = given(golden.inputs());
        Tensor hidden = decoder.hidden(given.decoderInput("")); // [batch, time, hidden]
        long last = hidden.size(1) - 1;
        Tensor seen = hidden.narrow(1, 0, last).flatten(0, 1); // [batch * (time - 1), hidden]
        Tensor targets = given.tensor("labels").narrow(1, 1, last).flatten();
        return decoder.loss(seen, targets, IGNORED);
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        GoldenInputs given = given(golden.inputs());
        Prompts prompts = Prompts.of(given.required("input_ids"), given.golden().get("attention_mask"));
        GenerationArguments arguments = GenerationArguments.of(
                golden.arguments(), prompts.time(), decoder.config().eosId(), Set.of());
        return prompts.continued(new TokenGenerator(decoder).endingWith(arguments.end()), arguments);
    }

    static GoldenInputs given(Map<String, GoldenTensor> inputs) {
        return GoldenInputs.of(inputs, INPUTS, "a causal language model");
    }

    @Override
    public void close() {
        decoder.close();
    }
}
