package org.maliang.model.electra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertEmbeddings;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * ELECTRA's encoder, that of generator and discriminator alike (Clark et al., arXiv:2003.10555).
 *
 * <pre>
 * x = embeddings_project(BertEmbeddings(ids))
 * x = BertLayer(x)                                num_hidden_layers times
 * </pre>
 */
public final class Electra extends Encoder {

    private final BertEmbeddings embeddings;
    private final Projection widen;
    private final List<Block> blocks = new ArrayList<>();

    public Electra(ElectraConfig config, Parameters at) {
        super(config, at);
        BertConfig bert = config.bert();
        embeddings = BertEmbeddings.of(bert.tables(config.embeddingSize()), at.at("embeddings"));
        widen = config.embeddingSize() == config.hiddenSize()
                ? x -> x
                : Linear.of(
                        at.at("embeddings_project"),
                        Initial.normal(config.initialDeviation()),
                        config.embeddingSize(),
                        config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(BertLayer.of(bert.layer(), at.at("encoder").at("layer").at(layer)));
        }
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        return widen.apply(embeddings.apply(input)); // [batch, time, hidden]
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(embeddings.words().weight());
    }
}
