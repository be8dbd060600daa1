package org.maliang.model.bert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pooler;
import org.maliang.tensor.Tensor;

/**
 * BERT (Devlin et al., arXiv:1810.04805), RoBERTa (Liu et al., arXiv:1907.11692) and ERNIE (Sun et al., arXiv:1904.09223),
 * whose encoders differ in how they count positions and in ERNIE's task vectors.
 *
 * <pre>
 * x = LayerNorm(word[ids] + type[types] + position[positions] (+ task[tasks]))
 * x = BertLayer(x)                                                              num_hidden_layers times
 * pooled = tanh(W x[0] + b)
 * </pre>
 */
public final class Bert extends Encoder {

    private final BertEmbeddings embeddings;
    private final List<Block> blocks = new ArrayList<>();
    private final Optional<Pooler> pooler;

    /** @param pooler whether the encoder has one */
    public Bert(BertConfig config, Parameters at, boolean pooler) {
        super(config, at);
        embeddings = BertEmbeddings.of(config.tables(config.hiddenSize()), at.at("embeddings"));
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(BertLayer.of(config.layer(), at.at("encoder").at("layer").at(layer)));
        }
        this.pooler = pooler ? Optional.of(pooler(config, at)) : Optional.empty();
    }

    /** Dense and tanh over the first position's state. */
    public static Pooler pooler(BertConfig config, Parameters at) {
        LayerShape shape = config.layer();
        Parameters dense = at.at("pooler").at("dense");
        return new Pooler(Linear.of(dense, shape.initial(), shape.hidden(), shape.hidden()), Activation.TANH);
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
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return pooler.map(one -> one.apply(hidden)).orElseGet(() -> super.pooled(hidden, input));
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(embeddings.words().weight());
    }
}
