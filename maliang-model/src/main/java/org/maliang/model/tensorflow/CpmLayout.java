package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;
import org.maliang.model.megatron.Cpm;

/**
 * CPM-LM as its port to TensorFlow 2 has it (github.com/qhduan/CPM-LM-TF2, {@code tf2gpt/model.py}): queries, keys and values
 * apart, and GELU without an approximation, where CPM-LM itself computes it by tanh. Its SavedModel has no configuration.
 */
final class CpmLayout implements Layout {
    private static final String LAYER = "gpt/layer%02d/";
    private static final String BODY = "transformer.h.%d.";

    @Override
    public String title() {
        return "CPM-LM-TF2";
    }

    @Override
    public boolean knows(Weights stored) {
        return stored.names().contains("gpt/layer00/attention/query_layer/kernel");
    }

    @Override
    public NameTable names(ConfigReader given, Weights stored) {
        List<Rule> whole = List.of(
                Rule.table("transformer.wte.weight", "gpt/embedding/embeddings"),
                Rule.table("transformer.wpe.weight", "position_embeddings"),
                Rule.vector("transformer.ln_f.weight", "gpt/LayerNorm_final_norm/gamma"),
                Rule.vector("transformer.ln_f.bias", "gpt/LayerNorm_final_norm/beta"));
        List<Rule> layer = List.of(
                Rule.vector(BODY + "ln_1.weight", LAYER + "LayerNorm_mlp_ln0/gamma"),
                Rule.vector(BODY + "ln_1.bias", LAYER + "LayerNorm_mlp_ln0/beta"),
                Rule.table(BODY + "attn.c_attn.weight", fused("kernel")),
                Rule.vector(BODY + "attn.c_attn.bias", fused("bias")),
                Rule.table(BODY + "attn.c_proj.weight", LAYER + "attention/context_projection_layer/kernel"),
                Rule.vector(BODY + "attn.c_proj.bias", LAYER + "attention/context_projection_layer/bias"),
                Rule.vector(BODY + "ln_2.weight", LAYER + "LayerNorm_mlp_ln1/gamma"),
                Rule.vector(BODY + "ln_2.bias", LAYER + "LayerNorm_mlp_ln1/beta"),
                Rule.table(BODY + "mlp.c_fc.weight", LAYER + "intermediate/kernel"),
                Rule.vector(BODY + "mlp.c_fc.bias", LAYER + "intermediate/bias"),
                Rule.table(BODY + "mlp.c_proj.weight", LAYER + "output/kernel"),
                Rule.vector(BODY + "mlp.c_proj.bias", LAYER + "output/bias"));
        return new NameTable(whole, List.of(new NameTable.Stack(LAYER + "attention/query_layer/kernel", layer)));
    }

    private static String[] fused(String end) {
        return new String[] {
            LAYER + "attention/query_layer/" + end,
            LAYER + "attention/key_layer/" + end,
            LAYER + "attention/value_layer/" + end
        };
    }

    @Override
    public ObjectNode config(ConfigReader given, Weights weights, int heads) {
        ObjectNode config = Gpt2Layout.shape(weights);
        int width = config.get("n_embd").asInt();
        config.put("n_head", heads > 0 ? heads : Cpm.heads(width))
                .put("activation_function", given.text("activation_function", "gelu"));
        return Cpm.withTokens(config);
    }
}
