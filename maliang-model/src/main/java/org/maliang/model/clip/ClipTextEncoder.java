package org.maliang.model.clip;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * CLIP's encoder of texts, in which a token sees itself and what came before.
 *
 * <pre>
 * x = token_embedding[ids] + position_embedding[positions], the stack of {@link ClipTower}, final_layer_norm
 * pooled = the state of the end token
 * </pre>
 */
public final class ClipTextEncoder extends Encoder {

    /** The end token of files that name a wrong one: in them it is the token with the highest id. */
    private static final int HISTORIC_END = 2;

    private static final double EMBEDDING_DEVIATION = 0.02;

    private final ClipConfig.Text config;
    private final Embedding tokens;
    private final Embedding positions;
    private final List<Block> blocks;
    private final LayerNorm finalNorm;

    ClipTextEncoder(ClipConfig whole, Parameters at) {
        super(whole, at);
        config = whole.text();
        int hidden = config.tower().hidden();
        Initial initial = Initial.normal(EMBEDDING_DEVIATION * whole.initialFactor());
        Parameters embeddings = at.at("embeddings");
        tokens = Embedding.of(embeddings.at("token_embedding"), initial, config.vocabulary(), hidden);
        positions = Embedding.of(embeddings.at("position_embedding"), initial, config.positions(), hidden);
        blocks = config.tower().blocks(at.at("encoder").at("layers"), whole.initialFactor());
        finalNorm = config.tower().norm(at.at("final_layer_norm"));
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.types(), "segments");
        EncoderInput.refuse(input.tasks(), "task ids");
        EncoderInput.refuse(input.boxes(), "boxes");
        Tensor x = input.vectors().orElseGet(() -> tokens.apply(input.requiredIds())); // [batch, time, hidden]
        Tensor where = input.positions().map(positions::apply).orElseGet(() -> positions.rows(0, input.time()));
        return x.add(where);
    }

    @Override
    protected Mask mask(EncoderInput input) {
        if (input.mask().isEmpty()) {
            return Mask.CAUSAL;
        }
        Tensor visible = input.mask().get().ne(0).unsqueeze(1); // [batch, 1, time]
        Tensor before = Tensor.ones(DType.BOOL, input.time(), input.time()).tril(0); // [time, time]
        return PaddingMask.of(visible.and(before.to(visible.device())), scoreType());
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
    protected boolean normInStack() {
        return false;
    }

    /** The state of the first end token, or of the token with the highest id in files that name no true end token. */
    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        Tensor ids = input.requiredIds(); // [batch, time]
        Tensor marked =
                config.endId() == HISTORIC_END ? ids : ids.eq(config.endId()).to(DType.I64);
        Tensor end = marked.argmax(1, true).unsqueeze(2).expand(hidden.size(0), 1, hidden.size(2));
        return hidden.gather(1, end).select(1, 0); // [batch, hidden]
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(tokens.weight());
    }
}
