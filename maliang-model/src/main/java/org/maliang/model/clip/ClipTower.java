package org.maliang.model.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;

/** The stack that CLIP's two encoders have in common. */
public record ClipTower(
        int hidden,
        int feedForward,
        int layers,
        int heads,
        Activation activation,
        double epsilon,
        double deviation,
        Dropout attentionDropout) {

    public ClipTower {
        if (hidden % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hidden + " is not a multiple of num_attention_heads " + heads);
        }
    }

    static ClipTower of(JsonNode json, int hidden, int feedForward, int heads) {
        ConfigReader config = new ConfigReader(json);
        return new ClipTower(
                config.count("hidden_size", hidden),
                config.count("intermediate_size", feedForward),
                config.count("num_hidden_layers", 12),
                config.count("num_attention_heads", heads),
                config.activation("hidden_act", Activation.QUICK_GELU),
                config.number("layer_norm_eps", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("attention_dropout", 0)));
    }

    void write(ObjectNode json) {
        json.put("hidden_size", hidden)
                .put("intermediate_size", feedForward)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("hidden_act", activation.id())
                .put("layer_norm_eps", epsilon)
                .put("initializer_range", deviation)
                .put("attention_dropout", attentionDropout.probability());
    }

    /**
     * <pre>
     * x = x + self_attn(layer_norm1(x));  x = x + mlp(layer_norm2(x))     num_hidden_layers times
     * </pre>
     *
     * @param factor on the deviations of fresh weights, which are those of the paper's code
     */
    List<Block> blocks(Parameters stack, double factor) {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            blocks.add(block(stack.at(layer), factor));
        }
        return blocks;
    }

    private Block block(Parameters layer, double factor) {
        Initial in = Initial.normal(Math.pow(hidden, -0.5) * Math.pow(2.0 * layers, -0.5) * factor);
        Initial out = Initial.normal(Math.pow(hidden, -0.5) * factor);
        Initial wide = Initial.normal(Math.pow(2.0 * hidden, -0.5) * factor);
        Parameters attention = layer.at("self_attn");
        Projection key = Linear.of(attention.at("k_proj"), in, hidden, hidden);
        Projection value = Linear.of(attention.at("v_proj"), in, hidden, hidden);
        Projection query = Linear.of(attention.at("q_proj"), in, hidden, hidden);
        Projection output = Linear.of(attention.at("out_proj"), out, hidden, hidden);
        double scale = 1 / Math.sqrt((double) hidden / heads);
        SelfAttention mix = new SelfAttention(
                Heads.separate(query, key, value, heads),
                output,
                new SelfAttention.Settings(0, scale, attentionDropout));
        LayerNorm norm1 = norm(layer.at("layer_norm1"));
        Parameters mlp = layer.at("mlp");
        FeedForward forward = new FeedForward(
                Linear.of(mlp.at("fc1"), wide, hidden, feedForward),
                activation,
                Linear.of(mlp.at("fc2"), in, feedForward, hidden));
        Dropout none = new Dropout(0);
        return new PreNorm(norm1, mix, none).then(new PreNorm(norm(layer.at("layer_norm2")), forward, none));
    }

    LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, hidden, epsilon);
    }
}
