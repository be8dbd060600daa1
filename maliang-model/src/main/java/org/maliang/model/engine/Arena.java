package org.maliang.model.engine;

import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.tensor.Tensor;

/**
 * The keys and values of all texts, in one tensor allocated once. Its unit is a block: the keys and values that all layers
 * keep of {@link #BLOCK} positions. A run of neighbouring blocks is {@code [layers, 2, heads, positions, headDim]}, so what
 * attention reads of a text lies together and a piece of a text is copied in one go.
 *
 * <p>Owns its tensor.
 */
final class Arena implements AutoCloseable {

    /** Positions of a block. */
    static final int BLOCK = 16;

    private final Tensor memory; // [blocks, layers * 2 * heads * BLOCK * headDim]
    private final Blocks blocks;
    private final DecoderConfig config;

    Arena(Decoder decoder, int blocks) {
        this.config = decoder.config();
        this.blocks = new Blocks(blocks);
        memory = Tensor.zeros(decoder.device(), decoder.cacheType(), blocks, blockSize(config));
    }

    private static long blockSize(DecoderConfig config) {
        return 2L * config.layers() * config.keyValueHeads() * BLOCK * config.headSize();
    }

    /** What a block takes. */
    static long blockBytes(Decoder decoder) {
        return blockSize(decoder.config()) * decoder.cacheType().bytes();
    }

    /** How many blocks {@code positions} take. */
    static int blocksOf(long positions) {
        return Math.toIntExact((positions + BLOCK - 1) / BLOCK);
    }

    Blocks blocks() {
        return blocks;
    }

    /** Some neighbouring blocks as keys and values: {@code [layers, 2, heads, positions, headDim]}; shares memory. */
    Tensor run(int start, int length) {
        return memory.narrow(0, start, length)
                .view(config.layers(), 2, config.keyValueHeads(), (long) length * BLOCK, config.headSize());
    }

    /** Neighbouring runs of equal length: {@code [rows, layers, 2, heads, positions, headDim]}; shares memory. */
    Tensor runs(int start, int length, int rows) {
        long positions = (long) length * BLOCK;
        return memory.narrow(0, start, (long) rows * length)
                .view(rows, config.layers(), 2, config.keyValueHeads(), positions, config.headSize());
    }

    @Override
    public void close() {
        memory.close();
    }
}
