package org.maliang.model;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.ModelWriter;
import org.maliang.checkpoint.Weights;
import org.maliang.model.albert.AlbertFamily;
import org.maliang.model.bert.BertFamily;
import org.maliang.model.blip.BlipFamily;
import org.maliang.model.clip.ClipFamily;
import org.maliang.model.distilbert.DistilBertFamily;
import org.maliang.model.electra.ElectraFamily;
import org.maliang.model.ernie.ErnieFamily;
import org.maliang.model.gpt2.Gpt2Family;
import org.maliang.model.layoutlmv3.LayoutLmv3Family;
import org.maliang.model.megatronbert.MegatronBertFamily;
import org.maliang.model.roberta.RobertaFamily;
import org.maliang.model.vit.VitFamily;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;

/**
 * The door to models: load one, create one, save one.
 *
 * <pre>{@code
 * try (Decoder decoder = Models.decoder(Path.of("models/poet"))) { ... }
 * }</pre>
 *
 * <p>What is loaded or created is the caller's to close; made inside an open {@link Scope}, it dies with that scope.
 */
public final class Models {

    /** By {@code model_type}. */
    private static final Map<String, Family> FAMILIES = Map.ofEntries(
            entry("albert", new AlbertFamily()),
            entry("bert", new BertFamily()),
            entry("blip", new BlipFamily()),
            entry("clip", new ClipFamily()),
            entry("distilbert", new DistilBertFamily()),
            entry("electra", new ElectraFamily()),
            entry("ernie", new ErnieFamily()),
            entry("gpt2", new Gpt2Family()),
            entry("layoutlmv3", new LayoutLmv3Family()),
            entry("megatron-bert", new MegatronBertFamily()),
            entry("roberta", RobertaFamily.roberta()),
            entry("vit", new VitFamily()),
            entry("xlm-roberta", RobertaFamily.xlmRoberta()));

    private Models() {}

    /** Loads a model, whatever its kind, in 32-bit floats on the CPU; the directory needs no tokenizer. */
    public static Model load(Path directory) {
        ModelDirectory opened = ModelDirectory.open(directory);
        return load(opened, opened.config(), Placement.CPU);
    }

    /** Loads the weights of {@code directory} into a model of the shape that {@code config} describes. */
    public static Model load(ModelDirectory directory, JsonNode config, Placement placement) {
        Family family = family(config);
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Weights weights = directory.weights()) {
            weights.verify();
            StoredParameters source = new StoredParameters(weights, family, placement);
            Model model = family.build(config, source);
            source.requireAllUsed(config);
            scope.keepAll(model.parameters().values());
            return model;
        }
    }

    /** {@link #load(Path)} for models that must be decoders. */
    public static Decoder decoder(Path directory) {
        return decoder(load(directory));
    }

    /** {@link #load(ModelDirectory, JsonNode, Placement)} for models that must be decoders. */
    public static Decoder decoder(ModelDirectory directory, JsonNode config, Placement placement) {
        return decoder(load(directory, config, placement));
    }

    /** Creates a decoder with random weights, as {@link #create}. */
    public static Decoder decoder(JsonNode config, long seed) {
        return decoder(create(config, seed));
    }

    private static Decoder decoder(Model model) {
        if (model instanceof Decoder decoder) {
            return decoder;
        }
        model.close();
        throw new UnsupportedModelException(
                "config.json describes a " + model.config().family()
                        + " model that does not write text token by token: choose a decoder with a language-model head");
    }

    /** Describes a model directory from its configuration and the headers of its weight files alone: at once. */
    public static ModelInfo info(Path directory) {
        ModelDirectory opened = ModelDirectory.open(directory);
        Family family = family(opened.config());
        try (Weights weights = opened.weights()) {
            return ModelInfo.of(family, opened.config(), weights);
        }
    }

    /** Creates a model with random weights: the same configuration and seed give the same weights. */
    public static Model create(JsonNode config, long seed) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Model model = family(config).build(config, new FreshParameters(Generator.of(seed)));
            scope.keepAll(model.parameters().values());
            return model;
        }
    }

    /**
     * Begins a model directory with configuration and weights; add tokenizer and defaults, then write:
     *
     * <pre>{@code
     * Models.save(model, path).tokenizerFrom(source).write();
     * }</pre>
     */
    public static ModelWriter save(Model model, Path directory) {
        return save(model, directory, DType.F32);
    }

    /** {@link #save(Model, Path)} with the weights in another floating number format. */
    public static ModelWriter save(Model model, Path directory, DType dtype) {
        ObjectNode config = model.config().toJson();
        config.put("torch_dtype", torchName(dtype));
        return ModelDirectory.writer(directory).config(config).weights(model.parameters(), dtype);
    }

    private static String torchName(DType dtype) {
        return switch (dtype) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> throw new ModelException("weights cannot be saved as " + dtype + ": use F32, BF16 or F16");
        };
    }

    private static Family family(JsonNode config) {
        String name = config.path("model_type").asText("");
        Family family = FAMILIES.get(name);
        if (family == null) {
            throw new UnsupportedModelException(
                    "model_type \"" + name + "\" is not supported; supported: " + new TreeSet<>(FAMILIES.keySet()));
        }
        return family;
    }
}
