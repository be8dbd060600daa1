package org.maliang.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * The skeleton of all models that turn a text, an image or a page into one vector for every position, each position seeing
 * all others: embed, a stack of blocks, in some families a final norm, in some a pooler.
 *
 * <p>An encoder stands alone or inside a model with a head for some task, which then exposes it. As {@link Decoder}, its
 * parts may be run one by one:
 *
 * <pre>{@code
 * Pass pass = encoder.begin(input);
 * Tensor x = encoder.embed(input);
 * for (Block block : encoder.blocks()) x = block.apply(x, pass);
 * Tensor hidden = encoder.finalNorm(x);
 * }</pre>
 */
public abstract class Encoder extends Model {

    protected Encoder(ModelConfig config, Parameters parameters) {
        super(config, parameters);
    }

    /** What the first block reads: {@code [batch, time, hidden]}. */
    public abstract Tensor embed(EncoderInput input);

    /** The layers between {@link #embed} and {@link #finalNorm}. */
    public abstract List<Block> blocks();

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}; nothing in families whose blocks end with a norm. */
    public Tensor finalNorm(Tensor x) {
        return x;
    }

    /**
     * One vector for the whole: {@code [batch, time, hidden] -> [batch, hidden]}. It is what the family's pooler makes, and
     * the state of the first position in models without one.
     *
     * @param hidden what {@link #hidden} made of {@code input}
     */
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return hidden.select(1, 0); // [batch, hidden]
    }

    /** The vectors of the tokens {@code [vocabulary, size]}, to which heads may be tied; empty where no text is read. */
    public Optional<Tensor> tokenEmbedding() {
        return Optional.empty();
    }

    /** Checks the input and prepares what its blocks share. */
    public Pass begin(EncoderInput input) {
        if (input.positions().isEmpty() && input.time() > config().contextLength()) {
            throw new ModelException("the text has " + input.time() + " tokens, the model reads "
                    + config().contextLength() + ": shorten it");
        }
        return Pass.of(mask(input), KvCache.none(), input.isTraining());
    }

    /** Who sees whom. */
    protected Mask mask(EncoderInput input) {
        return input.mask().map(visible -> PaddingMask.of(visible, scoreType())).orElse(Mask.NONE);
    }

    /** The type of attention scores, which is that of the weights. */
    protected DType scoreType() {
        return dtype();
    }

    /** The final hidden states: {@code [batch, time, hidden]}. */
    public final Tensor hidden(EncoderInput input) {
        return hidden(input, begin(input));
    }

    /** The same in a pass that {@link #begin} prepared. */
    public Tensor hidden(EncoderInput input, Pass pass) {
        Tensor x = embed(input);
        for (Block block : blocks()) {
            x = block.apply(x, pass);
        }
        return finalNorm(x);
    }

    /**
     * The embedding output and what every block makes of it, {@code layers + 1} tensors {@code [batch, time, hidden]}. The
     * last one has passed the final norm where Hugging Face's model of the family counts the norm as part of its stack.
     */
    public List<Tensor> hiddenStates(EncoderInput input) {
        Pass pass = begin(input);
        List<Tensor> states = new ArrayList<>();
        Tensor x = embed(input);
        for (Block block : blocks()) {
            states.add(x);
            x = block.apply(x, pass);
        }
        states.add(normInStack() ? finalNorm(x) : x);
        return states;
    }

    /** Whether {@link #hiddenStates} ends after the final norm. */
    protected boolean normInStack() {
        return true;
    }
}
