package org.maliang.model.parity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.generate.Beam;
import org.maliang.model.generate.Continuation;
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
        Input input = input(golden.inputs());
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
        Tensor hidden = decoder.hidden(input(golden.inputs())); // [batch, time, hidden]
        long last = hidden.size(1) - 1;
        Tensor seen = hidden.narrow(1, 0, last).flatten(0, 1); // [batch * (time - 1), hidden]
        Tensor targets = tensor(golden.inputs(), "labels").narrow(1, 1, last).flatten();
        return decoder.loss(seen, targets, IGNORED);
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        GoldenTensor ids = required(golden.inputs(), "input_ids"); // [batch, time]
        Prompts prompts = Prompts.of(ids, golden.inputs().get("attention_mask"));
        GenerationArguments arguments = GenerationArguments.of(
                golden.arguments(), prompts.time(), decoder.config().eosId(), Set.of());
        TokenGenerator generator = new TokenGenerator(decoder).endingWith(arguments.end());
        if (arguments.options().beams() == 1) {
            List<Continuation> written = generator.write(prompts.rows(), arguments.options());
            return Map.of(GenerationCase.SEQUENCES, prompts.sequences(written, arguments.pad()));
        }
        List<Beam> beams = generator.search(prompts.rows(), arguments.options());
        return prompts.searched(beams, arguments.pad());
    }

    static Input input(Map<String, GoldenTensor> inputs) {
        for (String name : inputs.keySet()) {
            if (!INPUTS.contains(name)) {
                throw new ModelException("\"" + name + "\" is no input of a causal language model");
            }
        }
        Input input = Input.of(tensor(inputs, "input_ids")); // [batch, time]
        if (inputs.containsKey("attention_mask")) {
            input = input.withMask(tensor(inputs, "attention_mask"));
        }
        return inputs.containsKey("position_ids") ? input.withPositions(tensor(inputs, "position_ids")) : input;
    }

    static Tensor tensor(Map<String, GoldenTensor> inputs, String name) {
        return required(inputs, name).tensor();
    }

    private static GoldenTensor required(Map<String, GoldenTensor> inputs, String name) {
        @Nullable GoldenTensor golden = inputs.get(name);
        if (golden == null) {
            throw new ModelException("the input \"" + name + "\" is missing from the golden case");
        }
        return golden;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
