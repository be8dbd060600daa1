package org.maliang.checkpoint.megatron;

import org.maliang.tensor.Tensor;

/**
 * The order of the rows of a fused query-key-value layer, by the version of the checkpoint (Megatron-LM,
 * {@code megatron/checkpointing.py}, {@code fix_query_key_value_ordering}).
 */
public enum QkvOrder {
    /** Version 0: {@code [3, heads, headDim]}; all queries, then all keys, then all values. */
    BLOCKS,

    /** Version 1: {@code [heads, headDim, 3]}. */
    INTERLEAVED,

    /** Version 2 and later: {@code [heads, 3, headDim]}. */
    HEADS;

    /** The order in files with that {@code checkpoint_version}. */
    public static QkvOrder ofVersion(double checkpointVersion) {
        if (checkpointVersion < 1) {
            return BLOCKS;
        }
        return checkpointVersion < 2 ? INTERLEAVED : HEADS;
    }

    /**
     * A merged layer in another order.
     *
     * @param qkv weight {@code [3 * heads * headDim, hidden]} or bias {@code [3 * heads * headDim]} in this order
     * @param heads as many as there are in the merged layer
     * @throws IllegalArgumentException when the rows do not divide by heads
     */
    public Tensor to(QkvOrder order, Tensor qkv, int heads) {
        if (qkv.size(0) % (3L * heads) != 0) {
            throw new IllegalArgumentException("query_key_value with " + qkv.size(0) + " rows cannot have " + heads
                    + " heads; check the configuration");
        }
        if (order == this) {
            return qkv;
        }
        long headDim = qkv.size(0) / (3L * heads);
        long[] shape = qkv.shape();
        Tensor ordered = order.fromBlocks(toBlocks(qkv, heads, headDim)); // any order of [3, heads, headDim, -1]
        return ordered.reshape(shape);
    }

    private Tensor toBlocks(Tensor qkv, long heads, long headDim) {
        return switch (this) {
            case BLOCKS -> qkv.reshape(3, heads, headDim, -1);
            case INTERLEAVED -> qkv.reshape(heads, headDim, 3, -1).permute(2, 0, 1, 3);
            case HEADS -> qkv.reshape(heads, 3, headDim, -1).permute(1, 0, 2, 3);
        };
    }

    private Tensor fromBlocks(Tensor blocks) {
        return switch (this) {
            case BLOCKS -> blocks;
            case INTERLEAVED -> blocks.permute(1, 2, 0, 3);
            case HEADS -> blocks.permute(1, 0, 2, 3);
        };
    }
}
