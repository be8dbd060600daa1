package org.maliang.model.megatron;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ModelException;
import org.maliang.tensor.Tensor;

/**
 * GPT-2 networks under the names of Megatron-LM, after their shards are merged. Three namings are known: CPM's and
 * Megatron's first ({@code transformer.layers.0.attention…}), the single-device class of AliceMind's GPT-3
 * ({@code language_model.transformer.layers.0.attention…}) and the tensor-parallel one
 * ({@code language_model.encoder.layers.0.self_attention…}).
 *
 * @param prefix before {@code layers.0}
 * @param attention the name of the attention part
 * @param embeddings before {@code word_embeddings.weight}
 * @param byHead whether a fused projection holds, head by head, a query, a key and a value, instead of three blocks
 */
record MegatronGpt(String prefix, String attention, String embeddings, boolean byHead) {

    static final MegatronGpt CPM = new MegatronGpt("transformer.", "attention", "", false);
    static final MegatronGpt ALICEMIND =
            new MegatronGpt("language_model.transformer.", "attention", "language_model.", false);
    static final MegatronGpt ALICEMIND_PARALLEL =
            new MegatronGpt("language_model.encoder.", "self_attention", "language_model.embedding.", true);

    private static final List<MegatronGpt> ALL = List.of(CPM, ALICEMIND, ALICEMIND_PARALLEL);
    private static final String FUSED = "attn.c_attn";
    private static final Pattern LAYER = Pattern.compile("layers\\.(\\d+)\\.(.+)\\.(weight|bias)");

    /** Hugging Face's name for the parts of a layer. */
    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("input_layernorm", "ln_1");
        parts.put(attention + ".query_key_value", FUSED);
        parts.put(attention + ".dense", "attn.c_proj");
        parts.put("post_attention_layernorm", "ln_2");
        parts.put("mlp.dense_h_to_4h", "mlp.c_fc");
        parts.put("mlp.dense_4h_to_h", "mlp.c_proj");
        return parts;
    }

    /** The naming of a checkpoint. {@link ModelException} if it is none of these. */
    static MegatronGpt of(Weights weights) {
        return ALL.stream()
                .filter(naming -> naming.knows(weights))
                .findFirst()
                .orElseThrow(() -> new ModelException(weights.source()
                        + ": holds no GPT of Megatron-LM that is known here; its first tensor is "
                        + weights.names().stream().findFirst().orElse("missing")));
    }

    private boolean knows(Weights weights) {
        return weights.names().contains(embeddings + "word_embeddings.weight")
                && weights.names().contains(prefix + "layers.0." + attention + ".query_key_value.weight");
    }

    /** The name of the token embedding. */
    String tokens() {
        return embeddings + "word_embeddings.weight";
    }

    /** The name of the position embedding. */
    String positions() {
        return embeddings + "position_embeddings.weight";
    }

    /** How many layers the names speak of. */
    int layers(Weights weights) {
        int layers = 0;
        while (weights.names().contains(prefix + "layers." + layers + ".input_layernorm.weight")) {
            layers++;
        }
        return layers;
    }

    /**
     * The checkpoint as Hugging Face's GPT-2 has it.
     *
     * @param heads of the attention, for fused projections that lie head by head
     * @param vocabulary rows of the token embedding that are real; the others fill up
     */
    Weights toHuggingFace(Weights weights, int heads, long vocabulary) {
        DerivedWeights out = new DerivedWeights(weights);
        long width = weights.info(tokens()).shape().get(1);
        out.add(
                "transformer.wte.weight",
                weights.info(tokens()).dtype(),
                List.of(vocabulary, width),
                () -> weights.tensor(tokens()).narrow(0, 0, vocabulary));
        out.add("transformer.wpe.weight", weights, positions());
        for (String name : weights.names()) {
            Matcher layer = LAYER.matcher(name.startsWith(prefix) ? name.substring(prefix.length()) : "");
            if (layer.matches() && parts().containsKey(layer.group(2))) {
                String part = parts().get(layer.group(2));
                String there = "transformer.h." + layer.group(1) + "." + part + "." + layer.group(3);
                addPart(out, there, part, weights, name, heads);
            }
        }
        for (String end : List.of("weight", "bias")) {
            out.add("transformer.ln_f." + end, weights, prefix + "final_layernorm." + end);
        }
        return out;
    }

    private void addPart(DerivedWeights out, String there, String part, Weights weights, String name, int heads) {
        TensorInfo info = weights.info(name);
        List<Long> shape = new ArrayList<>(info.shape());
        boolean matrix = shape.size() == 2;
        if (matrix) {
            shape = List.of(shape.get(1), shape.get(0)); // a Conv1D
        }
        boolean reordered = byHead && part.equals(FUSED);
        out.add(there, info.dtype(), shape, () -> {
            Tensor tensor = weights.tensor(name);
            Tensor ordered = reordered ? blocks(tensor, heads) : tensor;
            return matrix ? ordered.transpose(0, 1).contiguous() : ordered;
        });
    }

    /** {@code [heads * 3 * headDim, …]}, head by head, to {@code [3 * heads * headDim, …]}, block by block. */
    private static Tensor blocks(Tensor fused, int heads) {
        long[] shape = fused.shape();
        long size = shape[0] / 3 / heads;
        return fused.reshape(heads, 3, size * (fused.elements() / shape[0]))
                .transpose(0, 1)
                .reshape(shape);
    }

    /** The reverse of {@link #blocks}. */
    private static Tensor heads(Tensor fused, int heads) {
        long[] shape = fused.shape();
        long size = shape[0] / 3 / heads;
        return fused.reshape(3, heads, size * (fused.elements() / shape[0]))
                .transpose(0, 1)
                .reshape(shape);
    }

    /** Hugging Face's GPT-2 under these names. */
    Weights fromHuggingFace(Weights weights, int heads) {
        DerivedWeights out = new DerivedWeights(weights);
        out.add(tokens(), weights, "transformer.wte.weight");
        out.add(positions(), weights, "transformer.wpe.weight");
        for (int layer = 0; weights.names().contains("transformer.h." + layer + ".ln_1.weight"); layer++) {
            for (Map.Entry<String, String> part : parts().entrySet()) {
                for (String end : List.of("weight", "bias")) {
                    String there = "transformer.h." + layer + "." + part.getValue() + "." + end;
                    addFrom(out, prefix + "layers." + layer + "." + part.getKey() + "." + end, weights, there, heads);
                }
            }
        }
        for (String end : List.of("weight", "bias")) {
            out.add(prefix + "final_layernorm." + end, weights, "transformer.ln_f." + end);
        }
        return out;
    }

    private void addFrom(DerivedWeights out, String name, Weights weights, String there, int heads) {
        TensorInfo info = weights.info(there);
        boolean matrix = info.shape().size() == 2;
        List<Long> shape = matrix ? List.of(info.shape().get(1), info.shape().get(0)) : info.shape();
        boolean reordered = byHead && there.contains(FUSED);
        out.add(name, info.dtype(), shape, () -> {
            Tensor tensor = weights.tensor(there);
            Tensor turned = matrix ? tensor.transpose(0, 1).contiguous() : tensor;
            return reordered ? heads(turned, heads) : turned;
        });
    }
}
