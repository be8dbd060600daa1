package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.DType;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Multi-head self-attention (Vaswani et al., arXiv:1706.03762); the mask of the pass says who sees whom.
 *
 * @param heads makes queries, keys and values
 * @param output projects the joined heads back
 * @param settings the numbers
 */
public record SelfAttention(Heads.Source heads, Projection output, Settings settings) implements Block {

    /**
     * What differs between attention layers.
     *
     * @param layer index in the stack, which is the slot in the cache
     * @param scale factor on the scores, usually 1/√headDim
     * @param windowed whether the layer looks through the pass's window
     * @param dropout of attention weights
     */
    public record Settings(int layer, double scale, boolean windowed, Dropout dropout) {

        /** A layer that sees all that the pass allows. */
        public Settings(int layer, double scale, Dropout dropout) {
            this(layer, scale, false, dropout);
        }
    }

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return output.apply(mixed(pass.rotation().turned(heads.of(x)), pass));
    }

    @Override
    public HostRows apply(HostRows x, Pass pass) {
        HostHeads fresh = pass.rotation().turned(heads.of(x));
        if (pass.parts().isEmpty()) {
            return output.apply(look(fresh, pass));
        }
        List<HostRows> mixed = new ArrayList<>();
        long start = 0;
        for (Pass.Part part : pass.parts()) {
            mixed.add(look(fresh.part(start, part.rows(), part.time()), part.pass()));
            start += part.positions();
        }
        return output.apply(HostRows.inRow(mixed));
    }

    /** {@code [batch, time, heads * headDim]}. */
    private HostRows look(HostHeads fresh, Pass pass) {
        return pass.cache()
                .attended(settings.layer(), fresh, mask(pass))
                .orElseGet(() -> HostHeads.joined(look(fresh.heads(), pass)));
    }

    /** What the heads saw, joined: {@code [batch, time, heads * headDim]}. */
    private Tensor mixed(Heads fresh, Pass pass) {
        Tensor mixed = pass.parts().isEmpty() ? look(fresh, pass) : beside(fresh, pass.parts());
        return mixed.transpose(1, 2).flatten(2, 3);
    }

    /** {@code [batch, heads, time, headDim]}. */
    private Tensor look(Heads fresh, Pass pass) {
        Heads all = pass.cache().append(settings.layer(), fresh);
        Mask mask = mask(pass);
        return settings.dropout().active(pass.training()) ? withDropout(all.ungrouped(), mask) : mix(all, mask);
    }

    private Mask mask(Pass pass) {
        return (settings.windowed() ? pass.window() : pass.mask()).scale(settings.scale());
    }

    /** Each text of a row by itself, but those of one position together. */
    private Tensor beside(Heads fresh, List<Pass.Part> parts) {
        List<Tensor> mixed = new ArrayList<>();
        long start = 0;
        for (Pass.Part part : parts) {
            Heads own = fresh.narrow(start, part.positions());
            mixed.add(
                    part.rows() == 1
                            ? look(own, part.pass())
                            : look(own.swapped(), part.pass()).transpose(0, 2));
            start += part.positions();
        }
        return Tensor.cat(mixed, 2);
    }

    /** A single query of every head in a group is as good as several queries of one head: no key has to be copied. */
    private static Tensor mix(Heads all, Mask mask) {
        Tensor queries = all.queries();
        if (all.group() == 1 || queries.size(2) > 1) {
            Heads each = all.ungrouped();
            return Ops.attention(queries, each.keys(), each.values(), mask);
        }
        Tensor grouped = queries.reshape(queries.size(0), all.keys().size(1), all.group(), queries.size(3));
        return Ops.attention(grouped, all.keys(), all.values(), mask).reshape(queries.shape());
    }

    /** The same by hand: the fused kernels know no dropout. */
    private Tensor withDropout(Heads h, Mask mask) {
        Tensor scores = h.queries().matmul(h.keys().transpose(2, 3)).mul(mask.scale()); // [batch, heads, time, keys]
        @Nullable Tensor bias = mask.tensor();
        if (bias != null) {
            scores = bias.dtype() == DType.BOOL
                    ? scores.maskedFill(bias.not(), Double.NEGATIVE_INFINITY)
                    : scores.add(bias);
        }
        if (mask.causal()) {
            long time = scores.size(2);
            Tensor future = Tensor.ones(DType.BOOL, time, time).triu(1).to(scores.device());
            scores = scores.maskedFill(future, Double.NEGATIVE_INFINITY);
        }
        Tensor weights = settings.dropout().apply(scores.softmax(-1), true);
        return weights.matmul(h.values());
    }
}
