package org.maliang.model;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.ModelWriter;
import org.maliang.checkpoint.Weights;
import org.maliang.model.albert.AlbertFamily;
import org.maliang.model.bart.BartFamily;
import org.maliang.model.bert.BertFamily;
import org.maliang.model.blip.BlipFamily;
import org.maliang.model.bloom.BloomFamily;
import org.maliang.model.clip.ClipFamily;
import org.maliang.model.distilbert.DistilBertFamily;
import org.maliang.model.electra.ElectraFamily;
import org.maliang.model.ernie.ErnieFamily;
import org.maliang.model.gpt2.Gpt2Family;
import org.maliang.model.gptj.GptJFamily;
import org.maliang.model.gptneo.GptNeoFamily;
import org.maliang.model.gptneox.GptNeoXFamily;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layoutlmv3.LayoutLmv3Family;
import org.maliang.model.llama.LlamaConfig.Dialect;
import org.maliang.model.llama.LlamaFamily;
import org.maliang.model.megatronbert.MegatronBertFamily;
import org.maliang.model.modelscope.ModelScopeDirectory;
import org.maliang.model.opt.OptFamily;
import org.maliang.model.pair.PairFamily;
import org.maliang.model.palm.PalmFamily;
import org.maliang.model.plug.PlugFamily;
import org.maliang.model.roberta.RobertaFamily;
import org.maliang.model.switchtransformers.SwitchFamily;
import org.maliang.model.t5.T5Family;
import org.maliang.model.vit.VitFamily;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Generator;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

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
            entry("bart", new BartFamily()),
            entry("bert", new BertFamily()),
            entry("blip", new BlipFamily()),
            entry("bloom", new BloomFamily()),
            entry("clip", new ClipFamily()),
            entry("distilbert", new DistilBertFamily()),
            entry("electra", new ElectraFamily()),
            entry("ernie", new ErnieFamily()),
            entry("gpt2", new Gpt2Family()),
            entry("gpt_neo", new GptNeoFamily()),
            entry("gpt_neox", new GptNeoXFamily()),
            entry("gptj", new GptJFamily()),
            entry("llama", new LlamaFamily(Dialect.LLAMA)),
            entry("mbart", new BartFamily()),
            entry("layoutlmv3", new LayoutLmv3Family()),
            entry("megatron-bert", new MegatronBertFamily()),
            entry("mistral", new LlamaFamily(Dialect.MISTRAL)),
            entry("mt5", new T5Family()),
            entry("opt", new OptFamily()),
            entry("palm", new PalmFamily()),
            entry("pegasus", new BartFamily()),
            entry("qwen2", new LlamaFamily(Dialect.QWEN2)),
            entry("qwen3", new LlamaFamily(Dialect.QWEN3)),
            entry("roberta", RobertaFamily.roberta()),
            entry("plug", new PlugFamily()),
            entry("plugNLG", new PlugFamily()),
            entry("switch_transformers", new SwitchFamily()),
            entry("t5", new T5Family()),
            entry(
                    "vision-encoder-decoder",
                    new PairFamily(
                            "VisionEncoderDecoderModel",
                            Map.of("vit", new VitFamily()),
                            Map.of("gpt2", new Gpt2Family()))),
            entry("vit", new VitFamily()),
            entry("xlm-roberta", RobertaFamily.xlmRoberta()));

    private Models() {}

    /** Loads a model, whatever its kind and form, in 32-bit floats on the CPU; the directory needs no tokenizer. */
    public static Model load(Path path) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return load(files, Placement.CPU);
        }
    }

    /** Loads a model that is opened; the files stay the caller's to close. */
    public static Model load(ModelFiles files, Placement placement) {
        return load(files.weights(), files.config(), placement);
    }

    /** Loads the weights of {@code directory} into a model of the shape that {@code config} describes. */
    public static Model load(ModelDirectory directory, JsonNode config, Placement placement) {
        try (Weights weights = directory.weights()) {
            return load(weights, config, placement);
        }
    }

    private static Model load(Weights weights, JsonNode config, Placement placement) {
        Family family = family(config);
        weights.verify();
        StoredParameters source = new StoredParameters(weights, family, placement);
        return packed(source, () -> {
            Model model = family.build(config, source);
            source.requireAllUsed(config);
            return model;
        });
    }

    /** Builds a model of parameters from {@code source}, and packs them. */
    private static Model packed(PackedParameters source, Supplier<Model> building) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Model model = building.get();
            if (model instanceof Decoder decoder) {
                decoder.head(); // asked for, it is packed with the rest
            }
            source.pack();
            if (!(model instanceof Decoder)) {
                source.ready(); // what reads has many positions
            }
            scope.keepAll(model.parameters().values());
            scope.keepAll(model.fixed().values());
            scope.keepAll(source.scales());
            return model;
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    /** Whether a directory has a configuration of a family that is known here. */
    static boolean knows(Path directory) {
        return FAMILIES.containsKey(ModelScopeDirectory.family(directory));
    }

    /** {@link #load(Path)} for models that must be decoders. */
    public static Decoder decoder(Path directory) {
        return decoder(load(directory));
    }

    /** {@link #load(ModelFiles, Placement)} for models that must be decoders. */
    public static Decoder decoder(ModelFiles files, Placement placement) {
        return decoder(load(files, placement));
    }

    /** {@link #load(ModelDirectory, JsonNode, Placement)} for models that must be decoders. */
    public static Decoder decoder(ModelDirectory directory, JsonNode config, Placement placement) {
        return decoder(load(directory, config, placement));
    }

    /** Creates a decoder with random weights, as {@link #create(JsonNode, long, Device)}. */
    public static Decoder decoder(JsonNode config, long seed, Device device) {
        return decoder(create(config, seed, device));
    }

    /** {@link #decoder(JsonNode, long, Device)} on the CPU. */
    public static Decoder decoder(JsonNode config, long seed) {
        return decoder(config, seed, Device.CPU);
    }

    /** {@code model} if it writes after or about texts, token by token. */
    static Model writer(Model model) {
        if (!(model instanceof EncoderDecoder about)) {
            return decoder(model);
        }
        if (about.encoder().tokenEmbedding().isPresent()) {
            return model;
        }
        model.close();
        throw new UnsupportedModelException("config.json describes a "
                + model.config().family() + " model, which writes about images, not about texts: give it images"
                + " through TokenGenerator.about, or choose a model that reads text");
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

    /** Describes a model from its configuration and the headers of its weight files alone: at once. */
    public static ModelInfo info(Path path) {
        return info(path, OptionalInt.empty());
    }

    /** {@link #info(Path)} of a model whose files may not say how many heads its attention has. */
    public static ModelInfo info(Path path, OptionalInt heads) {
        try (ModelFiles files = ModelFiles.open(path, heads)) {
            return ModelInfo.of(family(files.config()), files);
        }
    }

    /**
     * How many numbers a model of that configuration learns, tied ones counted once. Nothing is allocated, however large
     * it is.
     */
    public static long count(JsonNode config) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            return outline(config).parameterCount();
        }
    }

    /** The shapes of all parameters of a model of that configuration; nothing is allocated. */
    public static Map<String, long[]> shapes(JsonNode config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Model shape = outline(config);
            shape.parameters().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
            shape.fixed().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        }
        return shapes;
    }

    /**
     * A matrix that can be quantised.
     *
     * @param layout how files lay it out
     * @param table whether it is a table of words or a head
     */
    public record Matrix(MatMul.Layout layout, boolean table) {}

    /** The matrices of a model of that configuration that can be quantised, by name. */
    public static Map<String, Matrix> matrices(JsonNode config) {
        Map<String, Matrix> found = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor zero = Tensor.zeros(DType.F32, 1);
            family(config).build(config, new Parameters.Source() {
                @Override
                public Tensor tensor(String name, Initial initial, long... shape) {
                    return zero.expand(shape);
                }

                @Override
                public Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
                    found.put(name, new Matrix(layout, false));
                    return zero.expand(shape);
                }

                @Override
                public Tensor table(String name, Initial initial, long... shape) {
                    found.put(name, new Matrix(MatMul.Layout.OUT_IN, true));
                    return zero.expand(shape);
                }
            });
        }
        return found;
    }

    /** A model whose parameters have their shapes and no storage of their own; it lives in the open scope. */
    private static Model outline(JsonNode config) {
        Tensor zero = Tensor.zeros(DType.F32, 1);
        return family(config).build(config, (name, initial, shape) -> zero.expand(shape));
    }

    /**
     * The weights of a model under the names and in the order in which models of its family take them, without what files
     * hold besides; those of quantised matrices are floats again.
     *
     * @throws ModelException if one is missing
     */
    public static Weights canonical(ModelFiles files) {
        Weights stored = files.weights();
        Family family = family(files.config());
        DerivedWeights canonical = new DerivedWeights(stored);
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Model shape = outline(files.config());
            Map<String, Matrix> matrices = matrices(files.config());
            shape.parameters().forEach((name, outline) -> {
                StoredMatrix matrix = new StoredMatrix(stored, StoredParameters.stored(stored, family, name));
                if (matrices.containsKey(name) && StoredMatrix.isQuantized(stored, matrix.name())) {
                    long[] sizes = outline.shape();
                    List<Long> listed = Arrays.stream(sizes).boxed().toList();
                    canonical.add(
                            name,
                            DType.F32,
                            listed,
                            () -> matrix.floats(matrices.get(name).layout(), sizes));
                } else {
                    canonical.add(name, stored, matrix.name());
                }
            });
            shape.fixed().keySet().stream()
                    .filter(stored.names()::contains)
                    .forEach(name -> canonical.add(name, stored, name));
        }
        return canonical;
    }

    /** {@link #create(JsonNode, long, Device)} on the CPU. */
    public static Model create(JsonNode config, long seed) {
        return create(config, seed, Device.CPU);
    }

    /** Creates a model with random weights: the same configuration and seed give the same weights on every device. */
    public static Model create(JsonNode config, long seed, Device device) {
        return create(config, new FreshParameters(Generator.of(seed), device, DType.F32));
    }

    private static Model create(JsonNode config, FreshParameters fresh) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Model model = family(config).build(config, fresh);
            scope.keepAll(model.parameters().values());
            scope.keepAll(model.fixed().values());
            return model;
        }
    }

    /**
     * Creates a decoder with random weights whose matrices are of a kind, matrix by matrix: a model of any size in the memory
     * that its packed weights take, to measure speed with. It can be neither trained nor saved unless the kind is F32.
     *
     * @param placement with the kind; in 32-bit floats
     */
    public static Decoder random(JsonNode config, Placement placement) {
        if (placement.matrices().orElseThrow() == WeightKind.F32) {
            return decoder(create(config, new FreshParameters(Generator.of(0), placement.device(), placement.cache())));
        }
        RandomParameters source = new RandomParameters(0, placement);
        return decoder(packed(source, () -> family(config).build(config, source)));
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
        if (model.parameters().values().stream()
                .anyMatch(tensor -> !tensor.dtype().floating())) {
            throw new ModelException("a model with quantized weights cannot be saved: load it in 32-bit floats");
        }
        ObjectNode config = model.config().toJson();
        config.put("torch_dtype", torchName(dtype));
        Map<String, Tensor> tensors = new LinkedHashMap<>(model.parameters());
        tensors.putAll(model.fixed());
        return ModelDirectory.writer(directory).config(config).weights(tensors, dtype);
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
