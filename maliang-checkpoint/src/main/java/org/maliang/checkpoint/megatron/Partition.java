package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tensor.Tensor;

/**
 * How tensor-parallel ranks share one tensor.
 *
 * <pre>
 * concatenated(0)   [a0]+[a1]               a column-parallel layer: each rank has some of the outputs
 * concatenated(1)   [a0|a1]                 a row-parallel layer: each rank has some of the inputs
 * blocks(3)         [q0 k0 v0]+[q1 k1 v1]   becomes [q0 q1 k0 k1 v0 v1]: layers fused before they are shared
 * replicated()      every rank has all of it; copies, not summands
 * </pre>
 *
 * @param dimension along which the tensor is cut; -1 when every rank has all of it
 * @param blocks how many equal blocks each rank's piece consists of, each cut on its own
 * @param vocabulary whether the dimension counts tokens, so that rows of padding may stand at its end
 */
public record Partition(int dimension, int blocks, boolean vocabulary) {

    public static Partition replicated() {
        return new Partition(-1, 1, false);
    }

    public static Partition concatenated(int dimension) {
        return new Partition(dimension, 1, false);
    }

    /** Equal blocks along dimension 0. */
    public static Partition blocks(int blocks) {
        return new Partition(0, blocks, false);
    }

    /** Rows that belong to tokens. */
    public static Partition ofVocabulary() {
        return new Partition(0, 1, true);
    }

    boolean isReplicated() {
        return dimension < 0;
    }

    /** The whole of the pieces of all ranks, in the order of the ranks. */
    public Tensor merge(List<Tensor> pieces) {
        if (isReplicated() || pieces.size() == 1) {
            return pieces.get(0);
        }
        var ordered = new ArrayList<Tensor>();
        var cut = pieces.stream().map(piece -> piece.chunk(blocks, dimension)).toList();
        for (int block = 0; block < blocks; block++) {
            for (var piece : cut) {
                ordered.add(piece.get(block));
            }
        }
        return Tensor.cat(ordered, dimension);
    }

    /** The piece of one of several ranks: what {@link #merge} would put together again. */
    public Tensor split(Tensor whole, int ranks, int rank) {
        if (isReplicated() || ranks == 1) {
            return whole;
        }
        var piece = whole.chunk(blocks, dimension).stream()
                .map(block -> block.chunk(ranks, dimension).get(rank))
                .toList();
        return piece.size() == 1 ? piece.get(0) : Tensor.cat(piece, dimension);
    }
}
