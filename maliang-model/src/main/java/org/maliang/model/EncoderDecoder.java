package org.maliang.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CausalMask;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * The skeleton of all encoder-decoder models: an encoder reads a source, a decoder writes a target and looks at what the
 * encoder made of the source.
 *
 * <pre>{@code
 * Memory memory = model.remember(EncoderInput.of(source).withMask(mask));
 * Tensor logits = model.logits(model.hidden(Input.of(target), memory));
 * }</pre>
 *
 * <p>A target begins with {@link EncoderDecoderConfig#startId()}. As in {@link Decoder}, the parts may be run one by one.
 */
public abstract class EncoderDecoder extends Model {

    /** The label that does not count. */
    public static final long IGNORED = -100;

    private final EncoderDecoderConfig config;

    protected EncoderDecoder(EncoderDecoderConfig config, Parameters parameters) {
        super(config, parameters);
        this.config = config;
    }

    @Override
    public EncoderDecoderConfig config() {
        return config;
    }

    /** What reads sources. */
    public abstract Encoder encoder();

    /** What the decoder's first block reads: {@code [batch, time, hidden]}. */
    public abstract Tensor embed(Input target);

    /** The decoder's layers between {@link #embed} and {@link #finalNorm}. */
    public abstract List<Block> blocks();

    /** The parts of {@link #blocks()} that look at the source, one a block. */
    public abstract List<CrossAttention> crossAttentions();

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}; nothing in families whose blocks end with a norm. */
    public Tensor finalNorm(Tensor x, Pass pass) {
        return x;
    }

    /** The vocabulary head {@code [vocabulary, hidden]}; the token embedding itself in models that tie them. */
    public abstract Tensor headWeight();

    /** The bias of the vocabulary head, {@code [vocabulary]}. */
    public Optional<Tensor> headBias() {
        return Optional.empty();
    }

    /** What the head reads, made of the decoder's final states: {@code [..., hidden] -> [..., hidden]}. */
    protected Tensor beforeHead(Tensor hidden) {
        return hidden;
    }

    /** Reads sources: what the decoder's layers look at. */
    public Memory remember(EncoderInput source) {
        return remember(encoder().hidden(source), source.mask());
    }

    /**
     * The same from the encoder's final states.
     *
     * @param states {@code [batch, source, hidden]}
     * @param visible {@code [batch, source]}, 1 for tokens and 0 for padding
     */
    public Memory remember(Tensor states, Optional<Tensor> visible) {
        if (visible.isPresent() && visible.get().rank() != 2) {
            throw new ModelException("the mask of a source has " + visible.get().rank()
                    + " dimensions: what a target may see of it is said by [batch, source]");
        }
        Mask mask = visible.map(seen -> PaddingMask.of(seen, dtype())).orElse(Mask.NONE);
        return Memory.of(crossAttentions(), states, mask);
    }

    /** Checks the target and prepares what the decoder's blocks share. */
    public Pass begin(Input target, Memory memory) {
        long end = target.cache().length() + target.time();
        if (config.bounded() && target.positions().isEmpty() && end > config.contextLength()) {
            throw new ModelException(
                    "the target has " + end + " tokens, the model reads " + config.contextLength() + ": shorten it");
        }
        Mask mask = target.mask()
                .map(visible -> CausalMask.of(visible, target.time(), CausalMask.UNLIMITED, dtype()))
                .orElseGet(() -> CausalMask.of(target.time()));
        return Pass.of(mask, target.cache(), target.isTraining()).withMemory(memory);
    }

    /** The decoder's states after the final norm: {@code [batch, time, hidden]}. Fills the target's cache. */
    public Tensor hidden(Input target, Memory memory) {
        return hidden(target, begin(target, memory));
    }

    /** The same in a pass that {@link #begin} prepared. */
    protected final Tensor hidden(Input target, Pass pass) {
        Tensor x = embed(target);
        for (Block block : blocks()) {
            x = block.apply(x, pass);
        }
        target.cache().advance(target.time());
        return finalNorm(x, pass);
    }

    /**
     * The decoder's embedding output and what every block makes of it, {@code layers + 1} tensors
     * {@code [batch, time, hidden]}; as in Hugging Face's models only the last has passed the final norm.
     */
    public List<Tensor> hiddenStates(Input target, Memory memory) {
        Pass pass = begin(target, memory);
        List<Tensor> states = new ArrayList<>();
        Tensor x = embed(target);
        for (Block block : blocks()) {
            states.add(x);
            x = block.apply(x, pass);
        }
        states.add(finalNorm(x, pass));
        target.cache().advance(target.time());
        return states;
    }

    /** Scores of the next token: {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor logits(Tensor hidden) {
        return scores(beforeHead(hidden), headWeight(), headBias());
    }

    /**
     * Scores of the next token after the {@code last} latest positions of a target: {@code [batch, last, vocabulary]}. They
     * are the {@link #logits} of the states, and the logarithms of probabilities in models that also copy from the source.
     * Fills the target's cache.
     */
    public Tensor scores(Input target, Memory memory, long last) {
        return logits(hidden(target, memory).narrow(1, target.time() - last, last));
    }

    /** The target that foretells {@code labels} {@code [batch, time]}: the same moved on by one, behind the start. */
    public Input target(Tensor labels) {
        int rows = (int) labels.size(0);
        int time = (int) labels.size(1);
        long[] ids = labels.toLongs();
        long pad = config.padId().orElse(config.startId());
        long[] shifted = new long[ids.length];
        for (int row = 0; row < rows; row++) {
            long[] one = new long[time];
            for (int i = 0; i < time; i++) {
                long id = ids[row * time + i];
                one[i] = id == IGNORED ? pad : id;
            }
            shifted[row * time] = first(one);
            System.arraycopy(one, 0, shifted, row * time + 1, time - 1);
        }
        return Input.of(Tensor.of(shifted, rows, time).to(labels.device()));
    }

    /** What stands before a target; {@code labels} of one row, with padding where labels do not count. */
    protected long first(long[] labels) {
        return config.startId();
    }

    /**
     * The mean cross-entropy of the labels that are not {@link #IGNORED}, and what the family adds to it. Dropout is on
     * when the source is for training.
     *
     * @param labels {@code [batch, time]}, I64
     */
    public final Tensor loss(EncoderInput source, Tensor labels) {
        Input target = target(labels);
        return loss(source, source.isTraining() ? target.training() : target, labels);
    }

    /** The same with a target of the caller's making. */
    public Tensor loss(EncoderInput source, Input target, Tensor labels) {
        return loss(hidden(target, remember(source)), labels);
    }

    /** @param hidden the decoder's states {@code [batch, time, hidden]} */
    protected final Tensor loss(Tensor hidden, Tensor labels) {
        Tensor states = hidden.flatten(0, 1); // [batch * time, hidden]
        Tensor targets = labels.flatten();
        return headBias().isPresent()
                ? Ops.crossEntropy(logits(states), targets, IGNORED)
                : Ops.headLoss(beforeHead(states), headWeight(), targets, IGNORED);
    }

    /** An empty cache for {@code batch} targets of up to {@code capacity} positions; the caller closes it. */
    public KvCache cache(long batch, long capacity) {
        KvCache.Shape shape = new KvCache.Shape(
                config.decoderLayers(), batch, config.decoderHeads(), capacity, config.decoderHeadSize());
        return KvCache.allocate(shape, cacheType(), device());
    }
}
