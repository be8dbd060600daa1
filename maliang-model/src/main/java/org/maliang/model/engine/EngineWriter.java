package org.maliang.model.engine;

import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.generate.TokenWriter;

/**
 * Writes what one caller asks for at once, by an engine that lives as long as the call and has room for just that. Whoever
 * serves many callers keeps an {@link Engine} of their own.
 *
 * @param decoder stays the caller's
 * @param tokens begins and ends texts, and writes by itself where an engine cannot: contrastive search compares hidden states
 * @param speculation how the next tokens are guessed, which changes the speed only
 * @param bytes the most that keys and values take, as long as one text fits; texts that do not fit beside others wait
 */
public record EngineWriter(Decoder decoder, TokenGenerator tokens, Speculation speculation, long bytes)
        implements TokenWriter {

    private static final long GIBIBYTE = 1L << 30;

    /** With at most 1 GiB of keys and values. */
    public EngineWriter(Decoder decoder, TokenGenerator tokens, Speculation speculation) {
        this(decoder, tokens, speculation, GIBIBYTE);
    }

    @Override
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        if (options.search().penaltyAlpha() > 0) {
            return tokens.write(prompts, options, listener);
        }
        try (Engine engine = new Engine(decoder, tokens, settings(prompts, options))) {
            return engine.write(prompts, options, listener, speculation);
        }
    }

    /** Room for as many texts as there are and {@code bytes} allow; what is remembered serves nobody after the call. */
    private EngineSettings settings(List<int[]> prompts, GenerationOptions options) {
        DecoderConfig config = decoder.config();
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
        long one = Math.min((long) longest + options.maxTokens(), Math.max(longest, config.contextLength()));
        long text = (long) Arena.blocksOf(one) * Arena.BLOCK;
        long position = 2L
                * config.layers()
                * config.keyValueHeads()
                * config.headSize()
                * decoder.dtype().bytes();
        long texts = (long) prompts.size() * options.drawn();
        int together = (int) Math.max(1, Math.min(texts, bytes / (text * position)));
        EngineSettings room = EngineSettings.of(Math.toIntExact(Math.min(Integer.MAX_VALUE, together * text)));
        return room.withSharing(prompts.size() > 1).withQueue(prompts.size());
    }
}
