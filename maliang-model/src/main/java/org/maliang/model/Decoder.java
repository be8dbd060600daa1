package org.maliang.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CausalMask;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.Rotary;
import org.maliang.model.layer.Rotation;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Mask;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Scope;
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
    private long several; // positions of passes of several so far

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

    /** The parts of {@link #blocks()} that look at a source, one a block; none in decoders that cannot. */
    public List<CrossAttention> crossAttentions() {
        return List.of();
    }

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}. */
    public abstract Tensor finalNorm(Tensor x);

    /** The vocabulary head {@code [vocabulary, hidden]}; the token embedding itself in models that tie them. */
    public abstract Tensor headWeight();

    /** Checks the input and prepares what its blocks share. */
    public final Pass begin(Input input) {
        if (!input.parts().isEmpty()) {
            return Pass.beside(input.parts().stream()
                    .map(part -> new Pass.Part(part.batch(), part.time(), begin(part)))
                    .toList());
        }
        long end = input.cache().length() + input.time();
        if (config.bounded() && input.positions().isEmpty() && end > config.contextLength()) {
            throw new ModelException(
                    "the text has " + end + " tokens, the model reads " + config.contextLength() + ": shorten it");
        }
        return prepare(input);
    }

    /** What the blocks share: masks and, in families that override this, how positions come in. */
    protected Pass prepare(Input input) {
        return Pass.of(mask(input, CausalMask.UNLIMITED), input.cache(), input.isTraining());
    }

    /**
     * Whether texts of different lengths may be rows of one pass. Not where what a token makes of its text depends on more
     * than mask and positions: on how many keys there are at all.
     */
    public boolean mixesLengths() {
        return true;
    }

    /** Who sees whom when a query sees itself and the {@code window - 1} keys before it, padding excepted. */
    protected final Mask mask(Input input, long window) {
        long keys = input.cache().length() + input.time();
        return input.mask()
                .map(visible -> CausalMask.of(visible, input.time(), window, dtype()))
                .orElseGet(() -> CausalMask.of(input.time(), keys, window, device()));
    }

    /** Learned position vectors: those of the input, or counted from what its cache holds; {@code [(batch,) time, hidden]}. */
    protected static Tensor positions(Embedding table, Input input) {
        return input.positions()
                .map(table::apply) // [batch, time, hidden]
                .orElseGet(() -> table.rows(input.cache().length(), input.time())); // [time, hidden]
    }

    /** The rotation by rotary positions: those of the input, or counted from what its cache holds. */
    protected final Rotation rotation(Rotary rotary, Input input) {
        return input.positions()
                .map(rotary::at)
                .orElseGet(() -> rotary.at(input.cache().length(), input.time(), device()));
    }

    /** The hidden states after the final norm: {@code [batch, time, hidden]}. Fills the input's cache. */
    public Tensor hidden(Input input) {
        Pass pass = begin(input);
        Tensor x = embed(input);
        long positions = x.size(0) * x.size(1);
        if (positions > 1) {
            several += positions;
            if (several > worthReady()) {
                ready();
            }
        }
        boolean own = ownThreads(positions);
        if (!own) {
            ready();
        }
        x = own && !pass.training() ? inHeap(x, pass) : throughBlocks(x, pass);
        input.advance();
        return finalNorm(x);
    }

    private Tensor throughBlocks(Tensor embedded, Pass pass) {
        Tensor x = embedded;
        for (Block block : blocks()) {
            try (Scope scope = Scope.open()) { // what a block needs, the next one can have
                x = scope.keep(block.apply(x, pass));
            }
        }
        return x;
    }

    /** The same where Java multiplies: what lies between products stays with it. */
    private Tensor inHeap(Tensor embedded, Pass pass) {
        HostRows x = HostRows.of(embedded);
        for (Block block : blocks()) {
            try (Scope scope = Scope.open()) {
                x = block.apply(x, pass);
            }
        }
        return x.tensor();
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
        input.advance();
        return states;
    }

    /** The bias of the vocabulary head, {@code [vocabulary]}; few families have one. */
    public Optional<Tensor> headBias() {
        return Optional.empty();
    }

    /** What the head of one position multiplies by and reads. */
    public final MatMul.Size headSize() {
        return head().size();
    }

    /** The product with the head. */
    final MatMul head() {
        return head(headWeight(), headBias());
    }

    /** Scores of the next token: {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor logits(Tensor hidden) {
        return scores(hidden, headWeight(), headBias());
    }

    /**
     * The mean cross-entropy of the logits of {@code hidden}.
     *
     * @param hidden {@code [n, hidden]}
     * @param targets {@code [n]}; those that are {@code ignored} do not count
     */
    public Tensor loss(Tensor hidden, Tensor targets, long ignored) {
        boolean packed = headWeight().dtype() != dtype();
        return packed || headBias().isPresent()
                ? Ops.crossEntropy(logits(hidden), targets, ignored)
                : Ops.headLoss(hidden, headWeight(), targets, ignored);
    }

    /** An empty cache for {@code batch} rows of up to {@code capacity} positions; the caller closes it. */
    public KvCache cache(long batch, long capacity) {
        KvCache.Shape shape =
                new KvCache.Shape(config.layers(), batch, config.keyValueHeads(), capacity, config.headSize());
        return KvCache.allocate(shape, cacheType(), device());
    }
}
