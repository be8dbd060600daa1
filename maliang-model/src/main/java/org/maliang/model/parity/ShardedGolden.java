package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * A directory with the same model in several sets of Megatron's shards, each in a directory of its own, and one golden
 * file for all: {@code sets} names the directories, {@code dims} the shape, and every case says for which number format
 * it holds. The first word of a set's name is its format, as in {@code fp16_zip}.
 */
final class ShardedGolden {
    private static final String FILE = "golden.json";
    private static final String STATE = "hidden_states.";

    private final GoldenNode golden;
    private final List<ParityReport.Case> cases = new ArrayList<>();

    private ShardedGolden(GoldenNode golden) {
        this.golden = golden;
    }

    static boolean covers(Path directory) {
        return Files.isRegularFile(directory.resolve(FILE))
                && !Files.exists(directory.resolve("config.json"))
                && ModelDirectory.json(directory, FILE).has("sets");
    }

    static ParityReport run(Path directory) {
        JsonNode json = ModelDirectory.json(directory, FILE);
        ShardedGolden sets = new ShardedGolden(new GoldenNode(json, directory.resolve(FILE) + ": "));
        int heads = sets.golden.at("dims").at("heads").count();
        for (Map.Entry<String, JsonNode> set : json.get("sets").properties()) {
            try (Scope scope = Scope.open();
                    Autograd.Guard frozen = Autograd.noGrad();
                    ModelFiles files = ModelFiles.open(directory.resolve(set.getKey()), OptionalInt.of(heads));
                    Decoder decoder = Models.decoder(files, Placement.CPU)) {
                sets.compare(set.getKey(), decoder);
            }
        }
        return new ParityReport(directory, sets.cases, "");
    }

    private void compare(String set, Decoder decoder) {
        for (GoldenNode one : ofSet(set, "forward")) {
            forward("forward/" + set + "/" + one.at("name").text(), one, decoder);
        }
        for (GoldenNode one : ofSet(set, "generation")) {
            generate("generation/" + set + "/" + one.at("name").text(), one, decoder);
        }
    }

    private List<GoldenNode> ofSet(String set, String kind) {
        return golden.list(kind, node -> node).stream()
                .filter(node -> set.startsWith(node.at("weights").text()))
                .toList();
    }

    private void forward(String name, GoldenNode one, Decoder decoder) {
        Map<String, GoldenTensor> inputs = one.map("inputs", GoldenTensor::of);
        Tensor ids = inputs.get("input_ids").tensor(); // [batch, time]
        Tensor seen = inputs.get("ltor_mask").tensor(); // [batch or 1, 1, time, time]
        long time = ids.size(1);
        Input input = Input.of(ids)
                .withPositions(inputs.get("position_ids").tensor())
                .withMask(seen.squeeze(1).expand(ids.size(0), time, time));
        List<Tensor> states = states(decoder, input);
        Tensor last = states.get(states.size() - 1);
        one.map("outputs", GoldenTensor::of).forEach((output, expected) -> {
            Tensor actual = output.startsWith(STATE)
                    ? states.get(Integer.parseInt(output.substring(STATE.length())))
                    : decoder.logits(decoder.finalNorm(last));
            cases.add(new Deviation(Tolerance.OUTPUT).compare(name + "/" + output, expected, actual, index -> true));
        });
    }

    /** The embedding output and what every block makes of it; unlike in Hugging Face's models none has passed the final norm. */
    private static List<Tensor> states(Decoder decoder, Input input) {
        Pass pass = decoder.begin(input);
        List<Tensor> states = new ArrayList<>(List.of(decoder.embed(input)));
        for (Block block : decoder.blocks()) {
            states.add(block.apply(states.get(states.size() - 1), pass));
        }
        return states;
    }

    private void generate(String name, GoldenNode one, Decoder decoder) {
        Prompts prompts = Prompts.of(one.map("inputs", GoldenTensor::of).get("input_ids"), null);
        int tokens = one.at("kwargs").at("max_new_tokens").count();
        GenerationOptions greedy =
                GenerationOptions.defaults().withTemperature(0).withMaxTokens(tokens);
        List<Continuation> written =
                new TokenGenerator(decoder).endingWith(OptionalInt.empty()).write(prompts.rows(), greedy);
        GoldenTensor expected = GoldenTensor.of(one.at("sequences"));
        cases.add(new Deviation(Tolerance.EXACT)
                .compare(name + "/sequences", expected, prompts.sequences(written, 0), index -> true));
    }
}
