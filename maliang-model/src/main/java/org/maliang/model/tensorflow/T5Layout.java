package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;

/**
 * T5 and mT5 of Mesh TensorFlow (github.com/google-research/text-to-text-transfer-transformer). The configuration is all in
 * the shapes, but for how far positions are told apart, which is 128 in every published model.
 */
final class T5Layout implements Layout {
    private static final String BIAS = "relative_attention_bias";
    private static final String NORM = ".block.%d.layer.0.layer_norm.weight";
    private static final int START = 0; // padding, which begins a text, too
    private static final int END = 1;

    @Override
    public String title() {
        return "T5 of Mesh TensorFlow";
    }

    @Override
    public boolean knows(Weights stored) {
        return stored.names().contains("shared/embedding")
                && stored.names().contains("encoder/block_000/layer_000/SelfAttention/q");
    }

    @Override
    public NameTable names(ConfigReader given, Weights stored) {
        List<Rule> whole = new ArrayList<>();
        whole.add(Rule.table("shared.weight", "shared/embedding"));
        whole.add(Rule.turned("lm_head.weight", "decoder/logits/kernel").optional());
        List<NameTable.Stack> stacks = new ArrayList<>();
        // Newer checkpoints call all norms rms_norm.
        boolean newer = stored.names().contains("encoder/block_000/layer_000/rms_norm/scale");
        for (String half : List.of("encoder", "decoder")) {
            whole.add(Rule.vector(
                    half + ".final_layer_norm.weight", half + (newer ? "/rms_norm/scale" : "/final_layer_norm/scale")));
            whole.add(Rule.turned(
                    half + ".block.0.layer.0.SelfAttention." + BIAS + ".weight",
                    half + "/block_000/layer_000/SelfAttention/" + BIAS));
            List<String> parts = half.equals("encoder")
                    ? List.of("SelfAttention", "DenseReluDense")
                    : List.of("SelfAttention", "EncDecAttention", "DenseReluDense");
            List<Rule> layer = new ArrayList<>();
            for (int part = 0; part < parts.size(); part++) {
                String name = half + ".block.%d.layer." + part + ".";
                String source = half + "/block_%03d/layer_00" + part + "/";
                layer.add(Rule.vector(
                        name + "layer_norm.weight", source + (newer ? "rms_norm/scale" : "layer_norm/scale")));
                layer.addAll(part(name + parts.get(part), source + parts.get(part)));
            }
            stacks.add(new NameTable.Stack(half + "/block_%03d/layer_000/SelfAttention/q", layer));
        }
        // An unused table of the first models.
        whole.add(Rule.turned(
                        "decoder.block.0.layer.1.EncDecAttention." + BIAS + ".weight",
                        "decoder/block_000/layer_001/EncDecAttention/" + BIAS)
                .optional());
        return new NameTable(whole, stacks);
    }

    private static List<Rule> part(String name, String source) {
        if (name.endsWith("Attention")) {
            return List.of("q", "k", "v", "o").stream()
                    .map(one -> Rule.turned(name + "." + one + ".weight", source + "/" + one))
                    .toList();
        }
        return List.of(
                Rule.turned(name + ".wi.weight", source + "/wi/kernel").optional(),
                Rule.turned(name + ".wi_0.weight", source + "/wi_0/kernel").optional(),
                Rule.turned(name + ".wi_1.weight", source + "/wi_1/kernel").optional(),
                Rule.turned(name + ".wo.weight", source + "/wo/kernel"));
    }

    @Override
    public ObjectNode config(ConfigReader given, Weights weights, int heads) {
        String bias = "encoder.block.0.layer.0.SelfAttention." + BIAS + ".weight"; // [buckets, heads]
        int counted = TensorFlowModel.size(weights, bias, 1);
        boolean gated = weights.names().contains("encoder.block.0.layer.1.DenseReluDense.wi_0.weight");
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add("T5ForConditionalGeneration");
        return config.put("model_type", "t5")
                .put("vocab_size", TensorFlowModel.size(weights, "shared.weight", 0))
                .put("d_model", TensorFlowModel.size(weights, "shared.weight", 1))
                .put("num_heads", counted)
                .put(
                        "d_kv",
                        TensorFlowModel.size(weights, "encoder.block.0.layer.0.SelfAttention.q.weight", 0) / counted)
                .put("d_ff", TensorFlowModel.size(weights, "encoder.block.0.layer.1.DenseReluDense.wo.weight", 1))
                .put("num_layers", NameTable.count(weights, "encoder" + NORM))
                .put("num_decoder_layers", NameTable.count(weights, "decoder" + NORM))
                .put("feed_forward_proj", gated ? "gated-gelu" : "relu")
                .put("relative_attention_num_buckets", TensorFlowModel.size(weights, bias, 0))
                .put("layer_norm_epsilon", 1e-6)
                .put("tie_word_embeddings", !weights.names().contains("lm_head.weight"))
                .put("is_encoder_decoder", true)
                .put("decoder_start_token_id", START)
                .put("pad_token_id", START)
                .put("eos_token_id", END);
    }
}
