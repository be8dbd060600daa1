package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.ParameterGroup;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Sgd;
import org.maliang.tensor.Tensor;

/** A tiny GPT-2 and a golden file that it fulfils by definition, for tests that then spoil one number of it. */
final class SelfMadeGolden {

    static final String GRADIENT = "transformer.h.0.attn.c_proj.weight";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long[] IDS = {5, 3, 8, 1, 9, 2, 7, 7};
    private static final long[] MASK = {1, 1, 1, 1, 1, 1, 0, 0};
    private static final double RATE = 0.05;

    private SelfMadeGolden() {}

    static JsonNode config() throws Exception {
        return JSON.readTree("{\"model_type\":\"gpt2\",\"vocab_size\":11,\"n_positions\":8,\"n_embd\":6,\"n_layer\":2,"
                + "\"n_head\":2,\"initializer_range\":0.5}");
    }

    static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    /** Writes the model to {@code directory}; the golden file is the caller's to write. */
    static ObjectNode create(Path directory) throws Exception {
        ObjectNode golden = empty();
        golden.put("format", "hf-golden/1").put("family", "gpt2").put("model_class", "GPT2LMHeadModel");
        try (Decoder model = Models.decoder(config(), 3);
                Scope scope = Scope.open()) {
            Models.save(model, directory).write();
            ArrayNode forward = golden.putArray("forward");
            forward(forward.addObject(), model, "basic", Input.of(ids()));
            forward(forward.addObject(), model, "padded", Input.of(ids()).withMask(mask()));
            ArrayNode generation = golden.putArray("generation");
            greedy(generation.addObject(), model);
            twoBeams(generation.addObject(), model);
            training(golden.putArray("training").addObject(), model);
        }
        return golden;
    }

    private static void forward(ObjectNode one, Decoder model, String name, Input input) {
        one.put("name", name);
        ObjectNode inputs = one.putObject("inputs");
        inputs.set("input_ids", json(input.ids()));
        input.mask().ifPresent(mask -> inputs.set("attention_mask", json(mask)));
        List<Tensor> states = model.hiddenStates(input);
        ObjectNode outputs = one.putObject("outputs");
        outputs.set("logits", json(model.logits(states.get(2))));
        outputs.set("hidden_states.1", json(states.get(1)));
        outputs.set("hidden_states.2", json(states.get(2)));
    }

    private static ObjectNode generation(ObjectNode one, String name) {
        one.put("name", name);
        one.putObject("inputs").set("input_ids", json(ids().narrow(1, 0, 2)));
        return one.putObject("kwargs")
                .put("do_sample", false)
                .put("pad_token_id", 0)
                .putNull("eos_token_id");
    }

    /** The best token, three times, without a cache. */
    private static void greedy(ObjectNode one, Decoder model) {
        generation(one, "greedy").put("max_new_tokens", 3);
        Tensor written = ids().narrow(1, 0, 2); // [batch, time]
        for (int i = 0; i < 3; i++) {
            written = Tensor.cat(List.of(written, last(model, written).argmax(-1, true)), 1);
        }
        one.set("sequences", json(written));
    }

    /** One step with two beams: the best token again, and its log-probability over the length, prompt included. */
    private static void twoBeams(ObjectNode one, Decoder model) {
        generation(one, "beams").put("max_new_tokens", 1).put("num_beams", 2);
        Tensor prompt = ids().narrow(1, 0, 2); // [batch, time]
        Tensor scores = last(model, prompt).logSoftmax(-1); // [batch, vocabulary]
        one.set("sequences", json(Tensor.cat(List.of(prompt, scores.argmax(-1, true)), 1)));
        one.set("sequences_scores", json(scores.amax(-1, false).div(3)));
    }

    private static Tensor last(Decoder model, Tensor ids) {
        return model.logits(model.hidden(Input.of(ids))).select(1, ids.size(1) - 1); // [batch, vocabulary]
    }

    private static void training(ObjectNode one, Decoder model) {
        one.put("name", "lm");
        ObjectNode inputs = one.putObject("inputs");
        inputs.set("input_ids", json(ids()));
        inputs.set("labels", json(ids()));
        Map<String, Tensor> parameters = model.parameters();
        parameters.values().forEach(parameter -> parameter.requiresGrad(true));
        Tensor loss = loss(model);
        loss.backward();
        one.put("loss", loss.item());
        ObjectNode norms = one.putObject("grad_norms");
        double squares = 0;
        for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
            double norm = parameter.getValue().grad().norm().item();
            norms.put(parameter.getKey(), norm);
            squares += norm * norm;
        }
        one.put("grad_norm_total", Math.sqrt(squares));
        one.putObject("grads").set(GRADIENT, json(parameters.get(GRADIENT).grad()));
        ObjectNode sgd = one.putObject("sgd").put("lr", RATE).put("steps", 2).put("f32_vs_f64_max_abs", 1e-6);
        ArrayNode losses = sgd.putArray("losses").add(loss.item());
        try (Optimizer optimizer = Sgd.of(List.of(new ParameterGroup(parameters, 0)))) {
            for (int step = 0; step < 2; step++) {
                optimizer.step(RATE);
                optimizer.zeroGrad();
                loss = loss(model);
                loss.backward();
                losses.add(loss.item());
            }
        }
    }

    /** By way of whole logits, which the models themselves avoid. */
    private static Tensor loss(Decoder model) {
        Tensor logits = model.logits(model.hidden(Input.of(ids()))); // [batch, time, vocabulary]
        Tensor foretold = logits.narrow(1, 0, 3).flatten(0, 1); // [batch * (time - 1), vocabulary]
        return Ops.crossEntropy(foretold, ids().narrow(1, 1, 3).flatten(), -100);
    }

    private static Tensor ids() {
        return Tensor.of(IDS, 2, 4);
    }

    private static Tensor mask() {
        return Tensor.of(MASK, 2, 4);
    }

    static ObjectNode json(Tensor tensor) {
        ObjectNode json = JSON.createObjectNode();
        json.set("shape", JSON.valueToTree(tensor.shape()));
        boolean floating = tensor.dtype().floating();
        json.put("dtype", floating ? "f32" : "i64");
        json.set("data", floating ? JSON.valueToTree(tensor.toFloats()) : JSON.valueToTree(tensor.toLongs()));
        return json;
    }
}
