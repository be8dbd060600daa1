package org.maliang.model.bart;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Tensor;

/**
 * BART (Lewis et al., arXiv:1910.13461), mBART (Liu et al., arXiv:2001.08210) and PEGASUS (Zhang et al., arXiv:1912.08777).
 *
 * <pre>
 * x = layernorm_embedding(shared[ids] + embed_positions[2, 3, …])
 * x = norm(x + self_attn(x));  x = norm(x + encoder_attn(x)) in the decoder;  x = norm(x + mlp(x))     encoder_layers times
 * logits = x sharedᵀ + final_logits_bias
 * </pre>
 *
 * mBART and PEGASUS have the norms before the branches and a last one at the end of each stack.
 */
public final class Bart extends EncoderDecoder {

    private final BartConfig config;
    private final Embedding tokens;
    private final Encoder encoder;
    private final BartStack decoder;
    private final Tensor head; // [vocabulary, hidden]
    private final Optional<Tensor> headBias; // [1, vocabulary]

    private Bart(BartConfig config, Parameters all, boolean withHead) {
        super(config, all);
        this.config = config;
        Parameters body = all.at("model");
        Initial initial = Initial.normal(config.initialDeviation());
        tokens = Embedding.of(body.at("shared"), initial, config.vocabularySize(), config.hiddenSize(), config.padId());
        encoder = new BartEncoder(config, body.at("encoder"), tokens);
        decoder = BartStack.decoder(config, body.at("decoder"));
        head = withHead && !config.tiedHead()
                ? all.at("lm_head").take("weight", initial, config.vocabularySize(), config.hiddenSize())
                : tokens.weight();
        headBias = withHead ? headBias(all, config.vocabularySize()) : Optional.empty();
    }

    /** A bias of zeros, which is what all published models have, is as good as none. */
    private static Optional<Tensor> headBias(Parameters all, int vocabulary) {
        Tensor bias = all.takeFixed("final_logits_bias", Initial.ZEROS, 1, vocabulary);
        return bias.ne(0).any() ? Optional.of(bias) : Optional.empty();
    }

    /** A model that writes. */
    static Bart writer(BartConfig config, Parameters all) {
        return new Bart(config, all, true);
    }

    /** The two stacks of a model with another head; what it writes comes from the token embedding. */
    static Bart body(BartConfig config, Parameters all) {
        return new Bart(config, all, false);
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Tensor embed(Input target) {
        Tensor x = tokens.apply(target.ids()); // [batch, time, hidden]
        return decoder.embed(x, target.positions(), target.cache().length(), target.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return decoder.blocks();
    }

    @Override
    public List<CrossAttention> crossAttentions() {
        return decoder.crossAttentions();
    }

    @Override
    public Tensor finalNorm(Tensor x, Pass pass) {
        return decoder.finalNorm(x);
    }

    @Override
    public Tensor headWeight() {
        return head;
    }

    @Override
    public Optional<Tensor> headBias() {
        return headBias.map(bias -> bias.flatten()); // [vocabulary]
    }

    /** Targets of an mBART begin with the language, which its labels end with. */
    @Override
    protected long first(long[] labels) {
        if (config.kind() != BartKind.MBART) {
            return super.first(labels);
        }
        int pad = config.padId().orElse(-1);
        int last = -1;
        for (long label : labels) {
            last += label == pad ? 0 : 1;
        }
        return labels[Math.max(0, last)];
    }
}
