package org.maliang.model.blip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.PostNorm;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * BLIP's text model: BERT that looks at an image in every layer, where there is one.
 *
 * <pre>
 * x = LayerNorm(word[ids] + position[positions])
 * x = LayerNorm(x + self(x));  x = LayerNorm(x + cross(x, image));  x = LayerNorm(x + mlp(x))     num_hidden_layers times
 * </pre>
 */
public final class BlipText extends Encoder {

    private final LayerShape shape;
    private final boolean causal;
    private final Embedding words;
    private final Embedding positions;
    private final LayerNorm norm;
    private final List<Layer> layers = new ArrayList<>();

    /** @param mix the layer's first part, {@code look} its second, {@code mlp} its last */
    private record Layer(Block mix, BlipCross look, Block mlp) {}

    /** @param causal whether a token sees only itself and what came before */
    BlipText(BlipConfig whole, Parameters at, boolean causal) {
        super(whole, at);
        BlipConfig.Text config = whole.text();
        shape = config.layer();
        this.causal = causal;
        Parameters embeddings = at.at("embeddings");
        words = Embedding.of(
                embeddings.at("word_embeddings"), shape.initial(), config.vocabulary(), shape.hidden(), config.padId());
        positions =
                Embedding.of(embeddings.at("position_embeddings"), shape.initial(), shape.positions(), shape.hidden());
        norm = BertLayer.norm(shape, embeddings.at("LayerNorm"));
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(
                    layer(at.at("encoder").at("layer").at(layer), whole.vision().hidden()));
        }
    }

    private Layer layer(Parameters layer, int imageSize) {
        Parameters attention = layer.at("attention");
        Block mix = new PostNorm(
                BertLayer.attention(shape, attention),
                shape.dropout(),
                BertLayer.norm(shape, attention.at("output").at("LayerNorm")));
        BlipCross look = BlipCross.of(shape, imageSize, layer.at("crossattention"));
        Block mlp = PostNorm.of(
                BertLayer.feedForward(shape, layer),
                shape.dropout(),
                BertLayer.norm(shape, layer.at("output").at("LayerNorm")));
        return new Layer(mix, look, mlp);
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        EncoderInput.refuse(input.types(), "segments");
        EncoderInput.refuse(input.tasks(), "task ids");
        Tensor x = input.vectors().orElseGet(() -> words.apply(input.requiredIds())); // [batch, time, hidden]
        Tensor where = input.positions().map(positions::apply).orElseGet(() -> positions.rows(0, input.time()));
        return shape.dropout().apply(norm.apply(x.add(where)), input.isTraining());
    }

    @Override
    protected Mask mask(EncoderInput input) {
        if (!causal) {
            return super.mask(input);
        }
        if (input.mask().isEmpty()) {
            return Mask.CAUSAL;
        }
        Tensor visible = input.mask().get().ne(0).unsqueeze(1); // [batch, 1, time]
        Tensor before = Tensor.ones(DType.BOOL, input.time(), input.time()).tril(0); // [time, time]
        return PaddingMask.of(visible.and(before.to(visible.device())), scoreType());
    }

    /** The layers of a text that looks at nothing. */
    @Override
    public List<Block> blocks() {
        return layers.stream().map(layer -> layer.mix.then(layer.mlp)).toList();
    }

    /**
     * The final hidden states of a text that looks at an image.
     *
     * @param image the image encoder's states, {@code [batch, positions, hidden of images]}
     * @return {@code [batch, time, hidden]}
     */
    public Tensor hidden(EncoderInput input, Tensor image) {
        Pass pass = begin(input);
        Pass across = Pass.of(Mask.NONE, KvCache.none(), input.isTraining());
        Tensor x = embed(input);
        for (Layer layer : layers) {
            x = layer.mix.apply(x, pass);
            x = layer.look.at(image).apply(x, across);
            x = layer.mlp.apply(x, pass);
        }
        return x;
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(words.weight());
    }
}
