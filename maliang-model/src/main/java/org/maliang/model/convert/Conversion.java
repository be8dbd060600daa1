package org.maliang.model.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.ModelWriter;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.gguf.GgufExport;
import org.maliang.model.megatron.MegatronModel;
import org.maliang.tensor.DType;

/**
 * Writes a model in another form. Tensors are read, changed and written one after the other, so that a model needs far
 * less memory than it has bytes.
 *
 * <pre>{@code
 * try (ModelFiles files = ModelFiles.open(Path.of("CPM-large"))) {
 *     new Conversion(files, Optional.of(DType.BF16)).toHuggingFace(Path.of("cpm"), 5L << 30);
 * }
 * }</pre>
 *
 * @param files the model; stays the caller's
 * @param dtype what floating numbers become; empty leaves them as they are
 */
public record Conversion(ModelFiles files, Optional<DType> dtype) {

    private static final List<GgufType> GGUF_TYPES =
            List.of(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0);

    /**
     * Writes a model directory: configuration, safetensors and the tokenizer's files.
     *
     * @param shardBytes most data in one file
     */
    public void toHuggingFace(Path target, long shardBytes) {
        ObjectNode config = files.config().deepCopy();
        Weights weights = Models.canonical(files);
        config.put("torch_dtype", torchName(stored(weights)));
        config.remove("quantization_config"); // what was quantised is read as floats
        writer(files, target, config)
                .weights(weights, dtype)
                .shardBytes(shardBytes)
                .write();
    }

    /** Begins a model directory with the configuration and all that belongs to {@code files} besides weights. */
    static ModelWriter writer(ModelFiles files, Path target, ObjectNode config) {
        ModelWriter writer = ModelDirectory.writer(target).config(config).tokenizerFrom(files.place());
        if (!files.generationConfig().isEmpty()) {
            writer.generationConfig(files.generationConfig());
        }
        files.tokenizer().inside().forEach(writer::bytes);
        if (Files.isRegularFile(files.place().resolve("README.md"))) {
            writer.copy(files.place().resolve("README.md"));
        }
        return writer;
    }

    /**
     * Writes shards as CPM-LM has them, for GPT-2 networks.
     *
     * @param ranks how many shards; must divide heads and widths
     */
    public void toMegatron(Path target, int ranks) {
        if (!files.config().path("model_type").asText().equals("gpt2")) {
            throw new UnsupportedModelException("Megatron's shards are written for gpt2 models only, this is "
                    + files.config().path("model_type").asText() + ": convert it to hf or gguf");
        }
        int heads = files.config().path("n_head").asInt(1);
        if (heads % ranks != 0) {
            throw new IllegalArgumentException("--tensor-parallel " + ranks + " does not divide the " + heads
                    + " heads: choose a divisor of them");
        }
        MegatronModel.write(target, Models.canonical(files), heads, ranks, dtype);
    }

    /**
     * Writes one file for llama.cpp.
     *
     * @param type of the matrices: {@code f32}, {@code f16}, {@code bf16}, {@code q8_0} or {@code q4_0}; empty for F16
     * @return sentences on what llama.cpp does differently; often none
     */
    public List<String> toGguf(Path target, String type) {
        String name = type.isEmpty() ? "F16" : type.toUpperCase(Locale.ROOT);
        GgufType stored = GGUF_TYPES.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--dtype " + type + " is not known for gguf: choose f32, f16, bf16, q8_0 or q4_0"));
        return GgufExport.write(files, target, stored);
    }

    /** The number format of most of the model. */
    private DType stored(Weights weights) {
        return dtype.orElseGet(() -> weights.names().stream()
                .map(weights::info)
                .max((a, b) -> Long.compare(a.elements(), b.elements()))
                .map(TensorInfo::dtype)
                .orElse(DType.F32));
    }

    private static String torchName(DType dtype) {
        return switch (dtype) {
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            case F64 -> "float64";
            default -> "float32";
        };
    }
}
