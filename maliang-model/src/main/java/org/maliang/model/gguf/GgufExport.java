package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Writes a GPT-2, LLaMA, Mistral, Qwen2 or Qwen3 model for llama.cpp: the keys and names of its
 * {@code convert_hf_to_gguf.py}. Vectors stay in F32, as llama.cpp wants them.
 */
public final class GgufExport {
    private static final List<GgufType> TYPES =
            List.of(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0);

    private final ConfigReader reader;
    private final Architecture architecture;

    private GgufExport(JsonNode config) {
        this.reader = new ConfigReader(config);
        this.architecture = Architecture.of(config);
    }

    /**
     * Writes one file.
     *
     * @param weights under the family's own names
     * @param place where the tokenizer is
     * @param type of the matrices: {@code f32}, {@code f16}, {@code bf16}, {@code q8_0} or {@code q4_0}; empty for what they
     *     are stored in
     * @throws UnsupportedModelException if llama.cpp has no such model
     */
    public static void write(Path file, JsonNode config, Weights weights, Path place, String type) {
        new GgufExport(config).write(file, weights, place, type(type));
    }

    private static Optional<GgufType> type(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(TYPES.stream()
                .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--dtype " + name + " is not known for gguf: choose f32, f16, bf16, q8_0 or q4_0")));
    }

    private void write(Path file, Weights weights, Path place, Optional<GgufType> type) {
        GgufWriter writer = Gguf.writer(file);
        head(writer, place);
        for (String name : weights.names()) {
            TensorInfo info = weights.info(name);
            Architecture.Place there = architecture.place(name);
            List<Long> shape =
                    there.turned() ? List.of(info.shape().get(1), info.shape().get(0)) : info.shape();
            GgufType stored = stored(name, info, shape, type);
            writer.tensor(there.name(), stored, shape, () -> changed(weights.tensor(name), there));
            if (name.equals("transformer.wte.weight") && !weights.names().contains("lm_head.weight")) {
                // llama.cpp's gpt2 knows no tied head.
                writer.tensor("output.weight", stored, shape, () -> weights.tensor(name));
            }
        }
        writer.write();
    }

    /** Vectors and learned positions in F32; rows that are no whole blocks in F16. */
    private static GgufType stored(String name, TensorInfo info, List<Long> shape, Optional<GgufType> asked) {
        if (shape.size() < 2 || name.endsWith("wpe.weight")) {
            return GgufType.F32;
        }
        GgufType wanted = asked.orElseGet(() -> GgufType.of(info.dtype() == DType.F64 ? DType.F32 : info.dtype()));
        return wanted.quantised() && shape.get(shape.size() - 1) % wanted.blockSize() != 0 ? GgufType.F16 : wanted;
    }

    private Tensor changed(Tensor tensor, Architecture.Place there) {
        Tensor turned = there.turned() ? tensor.transpose(0, 1) : tensor;
        return there.rotated() == 0 ? turned : neighbours(turned, there.rotated());
    }

    /** llama.cpp turns neighbouring dimensions of LLaMA's heads, Hugging Face the halves. */
    private static Tensor neighbours(Tensor weight, int heads) {
        long[] shape = weight.shape();
        long half = shape[0] / heads / 2;
        long rest = weight.elements() / shape[0];
        return weight.reshape(heads, 2, half, rest).transpose(1, 2).reshape(shape);
    }

    private void head(GgufWriter writer, Path place) {
        String name = architecture.name();
        writer.put("general.architecture", name);
        writer.put("general.name", String.valueOf(place.toAbsolutePath().getFileName()));
        architecture.keys(reader).forEach((key, value) -> {
            if (value instanceof Integer number) {
                writer.put(name + "." + key, number);
            } else if (value instanceof Float number) {
                writer.put(name + "." + key, number);
            } else {
                writer.put(name + "." + key, (boolean) value);
            }
        });
        Path json = place.resolve("tokenizer.json");
        int rows = reader.count("vocab_size");
        if (Files.isRegularFile(json)) {
            GgufVocabulary.of(ModelDirectory.json(place, "tokenizer.json"), rows)
                    .put(writer, reader.id("bos_token_id").isPresent());
        } else {
            writer.put("tokenizer.ggml.model", "no_vocab").put(name + ".vocab_size", rows);
        }
        for (String id : Arrays.asList("bos", "eos")) {
            reader.id(id + "_token_id").ifPresent(token -> writer.put("tokenizer.ggml." + id + "_token_id", token));
        }
    }
}
