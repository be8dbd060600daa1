package org.maliang.model.engine;

import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.generate.TokenWriter;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;

/**
 * Writes what one caller asks for at once as an {@link Engine} does, but on the caller's thread and with room for just that.
 * A model that one thread loads and runs is faster than one that two threads use: the helpers that OpenMP gives to either
 * are more than there are processors, and go to sleep after every operator.
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
        EngineSettings settings = settings(prompts, options);
        try (Autograd.Guard frozen = Autograd.noGrad();
                Scheduler scheduler = Scope.unowned(() -> new DecoderScheduler(decoder, tokens, settings))) {
            List<Job> jobs = Request.each(prompts, options, listener, speculation).stream()
                    .map(scheduler::job)
                    .toList();
            jobs.forEach(scheduler::add);
            while (!scheduler.idle()) {
                scheduler.step();
                jobs.forEach(Job::requireNoFailure);
            }
            return jobs.stream().flatMap(job -> job.future.join().stream()).toList();
        }
    }

    /** Room for as many texts as there are and {@code bytes} allow; what is remembered serves nobody after the call. */
    private EngineSettings settings(List<int[]> prompts, GenerationOptions options) {
        DecoderConfig config = decoder.config();
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
        long one = Math.min((long) longest + options.maxTokens(), Math.max(longest, config.contextLength()));
        long text = Arena.blocksOf(one);
        long texts = (long) prompts.size() * options.drawn();
        long together = Math.max(1, Math.min(texts, bytes / (text * Arena.blockBytes(decoder))));
        EngineSettings room =
                EngineSettings.of(Math.toIntExact(Math.min(Integer.MAX_VALUE, together * text * Arena.BLOCK)));
        return room.withSharing(prompts.size() > 1);
    }
}
