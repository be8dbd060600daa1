package org.maliang.model.gguf;

import java.util.List;
import org.maliang.tensor.Tensor;

/** How the rows of a tensor lie in Hugging Face's files ("ours") and in llama.cpp's ("theirs"). */
enum Layout {
    SAME {
        @Override
        Tensor theirs(Tensor ours, HeadCounts heads) {
            return ours;
        }

        @Override
        Tensor ours(Tensor theirs, HeadCounts heads) {
            return theirs;
        }
    },

    /** GPT-2 stores matrices as [in, out]. */
    TRANSPOSED {
        @Override
        List<Long> shape(List<Long> shape) {
            return shape.size() == 2 ? List.of(shape.get(1), shape.get(0)) : shape;
        }

        @Override
        Tensor theirs(Tensor ours, HeadCounts heads) {
            return ours.rank() == 2 ? ours.transpose(0, 1) : ours;
        }

        @Override
        Tensor ours(Tensor theirs, HeadCounts heads) {
            return theirs(theirs, heads);
        }
    },

    /** Pairs that turn together are half a head apart in ours, neighbours in theirs. */
    ROTARY_QUERIES {
        @Override
        Tensor theirs(Tensor ours, HeadCounts heads) {
            return turn(ours, heads.queries(), 2);
        }

        @Override
        Tensor ours(Tensor theirs, HeadCounts heads) {
            return turn(theirs, heads.queries(), theirs.size(0) / heads.queries() / 2);
        }
    },

    /** {@link #ROTARY_QUERIES} for keys, of which there may be fewer. */
    ROTARY_KEYS {
        @Override
        Tensor theirs(Tensor ours, HeadCounts heads) {
            return turn(ours, heads.keys(), 2);
        }

        @Override
        Tensor ours(Tensor theirs, HeadCounts heads) {
            return turn(theirs, heads.keys(), theirs.size(0) / heads.keys() / 2);
        }
    },

    /** Queries, keys and values stand head by head in ours, in three blocks in theirs. */
    FUSED_BY_HEAD {
        @Override
        Tensor theirs(Tensor ours, HeadCounts heads) {
            return swap(ours, heads.queries(), 3);
        }

        @Override
        Tensor ours(Tensor theirs, HeadCounts heads) {
            return swap(theirs, 3, heads.queries());
        }
    };

    /** Whether rows of that number can be regrouped so. */
    boolean fits(List<Long> shape, HeadCounts heads) {
        long unit = switch (this) {
            case SAME, TRANSPOSED -> 1;
            case ROTARY_QUERIES -> 2L * heads.queries();
            case ROTARY_KEYS -> 2L * heads.keys();
            case FUSED_BY_HEAD -> 3L * heads.queries();
        };
        return unit == 1 || !shape.isEmpty() && shape.get(0) > 0 && shape.get(0) % unit == 0;
    }

    abstract Tensor theirs(Tensor ours, HeadCounts heads);

    abstract Tensor ours(Tensor theirs, HeadCounts heads);

    /** The shape on the other side. */
    List<Long> shape(List<Long> shape) {
        return shape;
    }

    /** Rows counted as [groups, outer, inner], in the order [groups, inner, outer]. */
    private static Tensor turn(Tensor tensor, long groups, long outer) {
        long[] shape = tensor.shape();
        return tensor.reshape(groups, outer, shape[0] / groups / outer, tensor.elements() / shape[0])
                .transpose(1, 2)
                .reshape(shape);
    }

    /** Rows counted as [outer, inner, rest], in the order [inner, outer, rest]. */
    private static Tensor swap(Tensor tensor, long outer, long inner) {
        long[] shape = tensor.shape();
        return tensor.reshape(outer, inner, tensor.elements() / outer / inner)
                .transpose(0, 1)
                .reshape(shape);
    }
}
