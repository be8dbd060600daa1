package org.maliang.model.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelFiles;
import org.maliang.model.UnsupportedModelException;

/**
 * Writes a model as a GGUF file that llama.cpp loads: GPT-2, LLaMA, Mistral, Qwen2, Qwen3, BLOOM and GPT-NeoX.
 * Names, layouts and keys are those of llama.cpp's converter (convert_hf_to_gguf.py).
 *
 * <pre>{@code
 * List<String> remarks = GgufExport.write(files, Path.of("model.gguf"), GgufType.Q8_0);
 * }</pre>
 */
public final class GgufExport {
    /** The types that can be written, with llama.cpp's number for a file that is mostly of that type. */
    private static final Map<GgufType, Integer> FILE_TYPES =
            Map.of(GgufType.F32, 0, GgufType.F16, 1, GgufType.Q4_0, 2, GgufType.Q8_0, 7, GgufType.BF16, 32);

    /** Buffers of old files, which are computed anew. */
    private static final Set<String> BUFFERS = Set.of(
            ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq");

    private GgufExport() {}

    /**
     * Writes one file, atomically, reading one tensor at a time. Norms, biases and positions are written as F32; a matrix
     * whose rows are no whole blocks of a quantised {@code type} as F16.
     *
     * @param model stays the caller's
     * @param type of the matrices: F32, F16, BF16, Q8_0 or Q4_0
     * @return what a user should know: each a sentence on something that llama.cpp does differently; often none
     * @throws UnsupportedModelException when llama.cpp has nothing that computes this model
     * @throws IllegalArgumentException when {@code type} cannot be written
     */
    public static List<String> write(ModelFiles model, Path file, GgufType type) {
        Integer fileType = FILE_TYPES.get(type);
        if (fileType == null) {
            throw new IllegalArgumentException(type + " can be read only; write F32, F16, BF16, Q8_0 or Q4_0");
        }
        ConfigReader config = new ConfigReader(model.config());
        Architecture architecture = Architectures.ofModelType(config.text("model_type", ""));
        List<String> remarks = new ArrayList<>();
        GgufWriter out = Gguf.writer(file)
                .put("general.architecture", architecture.name())
                .put("general.type", "model")
                .put(
                        "general.name",
                        String.valueOf(model.path().toAbsolutePath().getFileName()))
                .put("general.file_type", fileType);
        if (type.quantised()) {
            out.put("general.quantization_version", 2);
        }
        architecture.describe(config, out, remarks::add);
        if (!model.licence().isEmpty()) {
            out.put(GgufImport.LICENCE, model.licence());
        }
        Weights weights = model.weights();
        Map<String, TensorRule> rules = rules(architecture, config, weights);
        int rows =
                Math.toIntExact(weights.info(embedding(rules, weights)).shape().get(0));
        out.put(architecture.key("vocab_size"), rows);
        remarks.addAll(new TokenizerExport(model.tokenizer(), model.config(), rows).describe(out));
        HeadCounts heads = architecture.heads(config);
        rules.forEach((name, rule) -> add(weights, weights.info(name), rule, heads, type, out, architecture));
        if (tied(architecture, config) && architecture.copiesTiedHead()) {
            TensorInfo embedding = weights.info(embedding(rules, weights));
            GgufType stored = type(Architecture.HEAD, embedding.shape(), type);
            out.tensor(Architecture.HEAD, stored, embedding.shape(), () -> weights.tensor(embedding.name()));
        }
        out.write();
        return List.copyOf(remarks);
    }

    /** The rule for each tensor that is written, by our name for it in the file. */
    private static Map<String, TensorRule> rules(Architecture architecture, ConfigReader config, Weights weights) {
        boolean tied = tied(architecture, config);
        Map<String, TensorRule> rules = new LinkedHashMap<>();
        for (String name : weights.names()) {
            if (BUFFERS.stream().anyMatch(name::endsWith)) {
                continue;
            }
            TensorRule rule = architecture.rules().stream()
                    .filter(candidate -> theirs(architecture, candidate, name).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedModelException(weights.source() + ": tensor '" + name
                            + "' has no place in llama.cpp's architecture " + architecture.name()));
            if (!(tied && theirs(architecture, rule, name).equals(Optional.of(Architecture.HEAD)))) {
                rules.put(name, rule);
            }
        }
        return rules;
    }

    /** llama.cpp's name; models that were saved without a head lack what the others' names begin with. */
    private static Optional<String> theirs(Architecture architecture, TensorRule rule, String name) {
        return rule.toTheirs(name).or(() -> rule.toTheirs(architecture.body() + name));
    }

    private static boolean tied(Architecture architecture, ConfigReader config) {
        return config.flag("tie_word_embeddings", architecture.tiedByDefault());
    }

    /** Our name for the token embedding. */
    private static String embedding(Map<String, TensorRule> rules, Weights weights) {
        return rules.entrySet().stream()
                .filter(entry -> entry.getValue().theirs().concat(".weight").equals(Architecture.EMBEDDING))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(
                        () -> new UnsupportedModelException(weights.source() + ": the token embedding is missing"));
    }

    private static void add(
            Weights weights,
            TensorInfo info,
            TensorRule rule,
            HeadCounts heads,
            GgufType type,
            GgufWriter out,
            Architecture architecture) {
        Layout layout = rule.layout();
        if (!layout.fits(info.shape(), heads)) {
            throw new UnsupportedModelException(weights.source() + ": tensor '" + info.name() + "' of shape "
                    + info.shape() + " does not fit " + heads.queries() + " heads");
        }
        String name = theirs(architecture, rule, info.name()).orElseThrow();
        List<Long> shape = layout.shape(info.shape());
        out.tensor(name, type(name, shape, type), shape, () -> layout.theirs(weights.tensor(info.name()), heads));
    }

    private static GgufType type(String name, List<Long> shape, GgufType wanted) {
        if (shape.size() < 2 || name.equals("position_embd.weight")) {
            return GgufType.F32;
        }
        boolean blocks = shape.get(shape.size() - 1) % wanted.blockSize() == 0;
        return blocks ? wanted : GgufType.F16;
    }
}
