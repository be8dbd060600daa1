package org.maliang.model.megatron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.megatron.MegatronCheckpoint;
import org.maliang.checkpoint.megatron.MegatronWriter;
import org.maliang.checkpoint.megatron.TensorLayout;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.DType;

/**
 * A directory with a GPT of Megatron-LM, as a GPT-2 of Hugging Face: CPM-LM, which has no configuration, and AliceMind's
 * Chinese GPT-3, whose {@code configuration.json} or {@code config.json} speaks of {@code num_hidden_layers} and so on.
 *
 * @param config of a GPT-2
 * @param weights under Hugging Face's names; owned
 */
public record MegatronModel(ObjectNode config, Weights weights) {

    private static final List<String> CONFIGURATIONS = List.of("config.json", "configuration.json");

    /**
     * Opens a directory; empty if it holds no shards of Megatron and no {@code pytorch_model.bin} under its names.
     *
     * @param heads of the attention, where the directory does not say; empty for heads of 80 dimensions, as CPM-LM has them
     * @throws ModelException if there are shards of something else, or nobody says how many heads there are
     */
    public static Optional<MegatronModel> find(Path directory, OptionalInt heads) {
        if (MegatronCheckpoint.isIn(directory)) {
            MegatronCheckpoint checkpoint = MegatronCheckpoint.open(directory);
            OptionalInt stated = checkpoint.arguments().get("num_attention_heads") instanceof Long number
                    ? OptionalInt.of(number.intValue())
                    : heads;
            return Optional.of(open(directory, checkpoint.weights(), heads.isPresent() ? heads : stated));
        }
        return single(directory).map(weights -> open(directory, weights, heads));
    }

    /** The single-device class of AliceMind's GPT-3 has one file. */
    private static Optional<Weights> single(Path directory) {
        Path file = directory.resolve("pytorch_model.bin");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Weights weights = TorchFile.read(file).stateDict();
        boolean megatron = weights.names().contains(MegatronGpt.ALICEMIND.tokens());
        if (!megatron) {
            weights.close();
        }
        return megatron ? Optional.of(weights) : Optional.empty();
    }

    private static MegatronModel open(Path directory, Weights weights, OptionalInt heads) {
        MegatronGpt naming = MegatronGpt.of(weights);
        JsonNode given = configuration(directory);
        if (new ConfigReader(given).flag("apply_residual_connection_post_layernorm", false)) {
            throw new UnsupportedModelException(directory
                    + ": apply_residual_connection_post_layernorm is true, which no GPT-2 can do: not supported");
        }
        ObjectNode config = config(given, naming, weights, heads);
        long vocabulary = config.get("vocab_size").asLong();
        long rows = weights.info(naming.tokens()).shape().get(0);
        if (vocabulary > rows) {
            throw new ModelException(directory + ": the configuration speaks of " + vocabulary
                    + " words, the weights have " + rows + ": the two do not belong together");
        }
        return new MegatronModel(
                config, naming.toHuggingFace(weights, config.get("n_head").asInt(), vocabulary));
    }

    private static JsonNode configuration(Path directory) {
        for (String name : CONFIGURATIONS) {
            if (Files.isRegularFile(directory.resolve(name))) {
                JsonNode json = ModelDirectory.json(directory, name);
                JsonNode inner = json.path("model");
                if (json.has("hidden_size") || inner.has("hidden_size")) {
                    return json.has("hidden_size") ? json : inner;
                }
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode config(JsonNode given, MegatronGpt naming, Weights weights, OptionalInt heads) {
        ConfigReader reader = new ConfigReader(given);
        List<Long> tokens = weights.info(naming.tokens()).shape();
        int width = tokens.get(1).intValue();
        boolean cpm = naming.equals(MegatronGpt.CPM);
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add("GPT2LMHeadModel");
        config.put("model_type", "gpt2")
                .put("vocab_size", reader.count("vocab_size", tokens.get(0).intValue()))
                .put(
                        "n_positions",
                        weights.info(naming.positions()).shape().get(0).intValue())
                .put("n_embd", width)
                .put("n_layer", naming.layers(weights))
                .put("n_head", heads.orElseGet(() -> heads(reader, cpm, width)))
                .put("activation_function", activation(naming, reader))
                .put(
                        "layer_norm_epsilon",
                        reader.number("layernorm_epsilon", reader.number("layer_norm_eps", cpm ? 1e-5 : 1e-12)))
                .put("embd_pdrop", reader.number("hidden_dropout", 0.1))
                .put("attn_pdrop", reader.number("attention_dropout", 0.1))
                .put("resid_pdrop", reader.number("hidden_dropout", 0.1));
        if (cpm) {
            return Cpm.withTokens(config);
        }
        int end = (int) reader.number("eod_id", 1);
        return config.put("bos_token_id", end).put("eos_token_id", end).put("pad_token_id", 0);
    }

    /** As the configuration says; CPM-LM has none, but one shape: 2,560 wide with 32 heads. */
    private static int heads(ConfigReader reader, boolean cpm, int width) {
        if (reader.config().hasNonNull("num_attention_heads")) {
            return reader.count("num_attention_heads");
        }
        if (cpm) {
            return Cpm.heads(width);
        }
        throw new ModelException("nothing beside the weights says how many heads the attention has: --heads N does");
    }

    /** The single-device class computes GELU exactly, the fused kernel of the parallel one and CPM by tanh. */
    private static String activation(MegatronGpt naming, ConfigReader reader) {
        boolean exact = naming.equals(MegatronGpt.ALICEMIND)
                || naming.equals(MegatronGpt.ALICEMIND_PARALLEL) && !reader.flag("bias_gelu_fusion", true);
        return exact ? "gelu" : "gelu_new";
    }

    /**
     * Writes a GPT-2 as CPM has it: shards under CPM's names.
     *
     * @param whole under Hugging Face's names
     * @param ranks how many shards
     * @param dtype what floating numbers become; empty leaves them as they are
     */
    public static void write(Path directory, Weights whole, int heads, int ranks, Optional<DType> dtype) {
        Weights renamed = MegatronGpt.CPM.fromHuggingFace(whole, heads);
        new MegatronWriter(ranks, TensorLayout.CPM, dtype, 1).write(directory, renamed);
    }
}
