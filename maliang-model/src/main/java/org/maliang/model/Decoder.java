package org.maliang.model;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CausalMask;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * The skeleton of all decoder-only models: embed, a stack of blocks, a final norm, a head.
 *
 * <p>The parts may be run one by one, which is how a trainer recomputes segments instead of storing them:
 *
 * <pre>{@code
 * Pass pass = decoder.begin(input);
 * Tensor x = decoder.embed(input);
 * for (Block block : decoder.blocks()) x = block.apply(x, pass);
 * Tensor hidden = decoder.finalNorm(x);
 * }</pre>
 */
public abstract class Decoder extends Model {

    private final DecoderConfig config;

    protected Decoder(DecoderConfig config, Parameters parameters) {
        super(config, parameters);
        this.config = config;
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    /** Token and position vectors: {@code [batch, time, hidden]}. */
    public abstract Tensor embed(Input input);

    /** The layers between {@link #embed} and {@link #finalNorm}. */
    public abstract List<Block> blocks();

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}. */
    public abstract Tensor finalNorm(Tensor x);

    /** The vocabulary head {@code [vocabulary, hidden]}; the token embedding itself in models that tie them. */
    public abstract Tensor headWeight();

    /** Checks the input and prepares what its blocks share. */
    public Pass begin(Input input) {
        long end = input.cache().length() + input.time();
        if (input.positions().isEmpty() && end > config.contextLength()) {
            throw new ModelException(
                    "the text has " + end + " tokens, the model reads " + config.contextLength() + ": shorten it");
        }
        Mask mask = input.mask()
                .map(visible ->
                        CausalMask.of(visible, input.time(), headWeight().dtype()))
                .orElseGet(() -> CausalMask.of(input.time()));
        return Pass.of(mask, input.cache(), input.isTraining());
    }

    /** The hidden states after the final norm: {@code [batch, time, hidden]}. Fills the input's cache. */
    public Tensor hidden(Input input) {
        Pass pass = begin(input);
        Tensor x = embed(input);
        for (Block block : blocks()) {
            x = block.apply(x, pass);
        }
        input.cache().advance(input.time());
        return finalNorm(x);
    }

    /**
     * The embedding output and what every block makes of it, {@code layers + 1} tensors {@code [batch, time, hidden]};
     * as in Hugging Face's models only the last has passed the final norm.
     */
    public List<Tensor> hiddenStates(Input input) {
        Pass pass = begin(input);
        List<Tensor> states = new ArrayList<>();
        Tensor x = embed(input);
        for (Block block : blocks()) {
            states.add(x);
            x = block.apply(x, pass);
        }
        states.add(finalNorm(x));
        input.cache().advance(input.time());
        return states;
    }

    /** Scores of the next token: {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor logits(Tensor hidden) {
        return Ops.linear(hidden, headWeight());
    }

    /** An empty cache for {@code batch} rows of up to {@code capacity} positions; the caller closes it. */
    public KvCache cache(long batch, long capacity) {
        Tensor head = headWeight();
        KvCache.Shape shape =
                new KvCache.Shape(config.layers(), batch, config.keyValueHeads(), capacity, config.headSize());
        return KvCache.allocate(shape, head.dtype(), head.device());
    }
}
