package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Merges the shards of a tensor-parallel run into one checkpoint, and cuts one into shards, tensor by tensor. */
public final class Shards {
    private static final String INCOMPLETE = "copy or download all shards of one checkpoint again";

    private Shards() {}

    /**
     * The whole that the ranks' shards make up. Closing it closes them.
     *
     * @throws CheckpointException if the shards do not belong together
     */
    public static Weights merge(List<? extends Weights> ranks, ShardRules rules) {
        Weights first = ranks.get(0);
        DerivedWeights whole = new DerivedWeights(ranks);
        for (Weights rank : ranks) {
            if (!rank.names().equals(first.names())) {
                throw new CheckpointException(rank.source(), "holds other tensors than " + first.source(), INCOMPLETE);
            }
        }
        for (String name : first.names()) {
            Split split = rules.of(name);
            TensorInfo part = first.info(name);
            for (Weights rank : ranks) {
                TensorInfo info = rank.info(name);
                if (!info.shape().equals(part.shape()) || info.dtype() != part.dtype()) {
                    throw wrong(rank, name, "has another shape or type than in " + first.source());
                }
            }
            if (!split.divides(split.whole(part.shape(), ranks.size()), ranks.size())) {
                throw wrong(first, name, "has the shape " + part.shape() + ", which is no part of a whole");
            }
            whole.add(name, part.dtype(), split.whole(part.shape(), ranks.size()), () -> merged(name, split, ranks));
        }
        return whole;
    }

    private static Tensor merged(String name, Split split, List<? extends Weights> ranks) {
        try (Scope scope = Scope.open()) {
            List<Tensor> parts = new ArrayList<>();
            for (Weights rank : ranks) {
                Tensor part = rank.tensor(name);
                if (split.kind() == Split.Kind.REPLICATED && !parts.isEmpty() && !same(part, parts.get(0))) {
                    throw wrong(
                            rank,
                            name,
                            "differs from that in " + ranks.get(0).source()
                                    + ", although every rank should have the same");
                }
                parts.add(part);
            }
            return scope.keep(split.merge(parts));
        }
    }

    private static boolean same(Tensor a, Tensor b) {
        try (Scope scope = Scope.open()) {
            return a.eq(b).or(a.ne(a).and(b.ne(b))).all();
        }
    }

    /**
     * The share of one rank.
     *
     * @throws IllegalArgumentException if a tensor cannot be shared by that many
     */
    public static Weights cut(Weights whole, ShardRules rules, int rank, int ranks) {
        DerivedWeights share = new DerivedWeights(whole);
        for (String name : whole.names()) {
            Split split = rules.of(name);
            TensorInfo info = whole.info(name);
            if (!split.divides(info.shape(), ranks)) {
                throw new IllegalArgumentException("tensor " + name + " of shape " + info.shape()
                        + " cannot be shared by " + ranks + " ranks; choose a number that divides heads and widths");
            }
            share.add(
                    name,
                    info.dtype(),
                    split.part(info.shape(), ranks),
                    () -> split.cut(whole.tensor(name), rank, ranks));
        }
        return share;
    }

    private static CheckpointException wrong(Weights rank, String name, String what) {
        return new CheckpointException(
                rank.source(), "tensor " + CheckpointException.quote(name) + " " + what, INCOMPLETE);
    }
}
