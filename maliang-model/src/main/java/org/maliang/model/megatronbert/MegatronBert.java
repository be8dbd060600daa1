package org.maliang.model.megatronbert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.bert.Bert;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertEmbeddings;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pooler;
import org.maliang.model.layer.PreNorm;
import org.maliang.tensor.Tensor;

/**
 * Megatron's BERT (Shoeybi et al., arXiv:1909.08053, section 5.3), which Erlangshen took for 1.3 billion parameters.
 *
 * <pre>
 * x = word[ids] + type[types] + position[positions]
 * x = x + attention(attention.ln(x));  x = x + mlp(ln(x))     num_hidden_layers times
 * hidden = encoder.ln(x)
 * </pre>
 */
public final class MegatronBert extends Encoder {

    private final BertEmbeddings embeddings;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Optional<Pooler> pooler;

    /** @param pooler whether the encoder has one */
    public MegatronBert(BertConfig config, Parameters at, boolean pooler) {
        super(config, at);
        embeddings = BertEmbeddings.of(config.tables(config.hiddenSize()), at.at("embeddings"), x -> x);
        Parameters encoder = at.at("encoder");
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(config.layer(), encoder.at("layer").at(layer)));
        }
        finalNorm = BertLayer.norm(config.layer(), encoder.at("ln"));
        this.pooler = pooler ? Optional.of(Bert.pooler(config, at)) : Optional.empty();
    }

    private static Block block(LayerShape shape, Parameters layer) {
        Parameters attention = layer.at("attention");
        LayerNorm norm1 = BertLayer.norm(shape, attention.at("ln"));
        Block mix = BertLayer.attention(shape, attention);
        LayerNorm norm2 = BertLayer.norm(shape, layer.at("ln"));
        return new PreNorm(norm1, mix, shape.dropout())
                .then(new PreNorm(norm2, BertLayer.feedForward(shape, layer), shape.dropout()));
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        return embeddings.apply(input);
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Tensor finalNorm(Tensor x) {
        return finalNorm.apply(x);
    }

    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return pooler.map(one -> one.apply(hidden)).orElseGet(() -> super.pooled(hidden, input));
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(embeddings.words().weight());
    }
}
