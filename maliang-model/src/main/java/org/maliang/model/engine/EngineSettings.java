package org.maliang.model.engine;

import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;

/**
 * How much an engine takes on. Start from {@link #of} and change what differs.
 *
 * @param positions for which there are keys and values, of all texts and remembered beginnings together
 * @param parallel the most texts that are written at once
 * @param chunk the most prompt tokens that are read in one step, so that texts on their way do not wait for long prompts
 * @param queue the most requests that are accepted and not finished
 * @param sharing whether beginnings of earlier texts are remembered
 */
public record EngineSettings(int positions, int parallel, int chunk, int queue, boolean sharing) {

    public EngineSettings {
        require(positions >= 1, "positions", positions);
        require(parallel >= 1, "parallel", parallel);
        require(chunk >= 1, "chunk", chunk);
        require(queue >= 1, "queue", queue);
    }

    /** Room for {@code positions}, 32 texts at once, chunks of 512 tokens, 1024 requests, sharing. */
    public static EngineSettings of(int positions) {
        return new EngineSettings(positions, 32, 512, 1024, true);
    }

    /** The same for so many texts of any length, where keys and values take {@code bytes} at most, but at least those of one. */
    public static EngineSettings within(Decoder decoder, int texts, long bytes) {
        long text = Arena.blocksOf(decoder.config().contextLength());
        long blocks = Math.max(text, Math.min(texts * text, bytes / Arena.blockBytes(decoder)));
        return of(Math.toIntExact(Math.min(Integer.MAX_VALUE, blocks * Arena.BLOCK)))
                .withParallel(texts);
    }

    /** The same for an encoder-decoder, whose texts are as long as they are asked to be. */
    public static EngineSettings within(EncoderDecoder model, int texts, long bytes) {
        EncoderDecoderConfig config = model.config();
        long position = 2L
                * config.decoderLayers()
                * config.decoderHeads()
                * config.decoderHeadSize()
                * model.cacheType().bytes(); // keys and values
        return of(Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(1, bytes / position))))
                .withParallel(texts);
    }

    public EngineSettings withParallel(int value) {
        return new EngineSettings(positions, value, chunk, queue, sharing);
    }

    public EngineSettings withChunk(int value) {
        return new EngineSettings(positions, parallel, value, queue, sharing);
    }

    public EngineSettings withQueue(int value) {
        return new EngineSettings(positions, parallel, chunk, value, sharing);
    }

    public EngineSettings withSharing(boolean value) {
        return new EngineSettings(positions, parallel, chunk, queue, value);
    }

    private static void require(boolean condition, String name, int value) {
        if (!condition) {
            throw new IllegalArgumentException("engine: " + name + " must be at least 1, not " + value);
        }
    }
}
