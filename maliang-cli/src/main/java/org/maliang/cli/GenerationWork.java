package org.maliang.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.maliang.model.Decoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.train.bench.GenerationSpeed;
import org.maliang.train.bench.Roofline;

/**
 * One thing that is measured in every round.
 *
 * @param name the row's
 * @param metric what the number is
 * @param measure takes one number
 * @param ceiling the most the number could be
 */
record GenerationWork(
        String name, String metric, DoubleSupplier measure, Optional<ToDoubleFunction<Roofline>> ceiling) {
    private static final String TOKENS = "tokens_per_second";
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;
    private static final int PROMPT = 512;
    private static final int SHORT_PROMPT = 16;
    private static final int WRITTEN = 128;
    private static final int WRITTEN_BESIDE = 64;
    private static final List<Integer> SEQUENCES = List.of(1, 4, 8, 16);

    /** What llama-bench and llama-batched-bench measure, clipped to what the decoder reads. */
    static List<GenerationWork> of(Decoder decoder, boolean uncached) {
        GenerationSpeed speed = new GenerationSpeed(decoder);
        int context = decoder.config().contextLength();
        int prompt = Math.min(PROMPT, context - 1);
        int after = Math.min(SHORT_PROMPT, Math.max(1, context / 4));
        int tokens = Math.min(WRITTEN, context - after - 1);
        int deep = Math.min(PROMPT, context - tokens - 1);
        int beside = Math.min(WRITTEN_BESIDE, tokens);
        List<GenerationWork> all = new ArrayList<>();
        all.add(bounded("prefill " + prompt, () -> speed.prefill(prompt), roof -> roof.prefill(decoder, prompt)));
        all.add(decode(decoder, speed, after, tokens));
        if (deep > after) {
            all.add(decode(decoder, speed, deep, tokens));
        }
        for (int n : SEQUENCES) {
            all.add(bounded("parallel " + n, () -> speed.decode(n, after, beside), roof -> roof.decode(decoder, n)));
        }
        if (uncached) {
            String name = "decode " + tokens + " after " + after + ", no cache";
            all.add(new GenerationWork(name, TOKENS, () -> speed.decodeUncached(after, tokens), Optional.empty()));
        }
        all.add(new GenerationWork(
                "first token after " + after,
                "milliseconds",
                () -> MILLIS * speed.firstToken(after),
                Optional.empty()));
        return all;
    }

    private static GenerationWork decode(Decoder decoder, GenerationSpeed speed, int after, int tokens) {
        return bounded(
                "decode " + tokens + " after " + after,
                () -> speed.decode(1, after, tokens),
                roof -> roof.decode(decoder, 1));
    }

    private static GenerationWork bounded(String name, DoubleSupplier measure, ToDoubleFunction<Roofline> ceiling) {
        return new GenerationWork(name, TOKENS, measure, Optional.of(ceiling));
    }

    /** A text, with all that belongs to it: characters a second. Another seed each time. */
    static GenerationWork write(LanguageModel model, String prompt, int length) {
        GenerationOptions options =
                model.defaults().withMaxTokens(length).withMinTokens(length).withSamples(1);
        long[] seed = {0};
        return new GenerationWork(
                String.format(Locale.ROOT, "write %d", length),
                "characters_per_second",
                () -> {
                    long start = System.nanoTime();
                    Sample sample = model.generator()
                            .write(prompt, options.withSeed(seed[0]++))
                            .get(0);
                    String text = sample.text();
                    return text.codePointCount(0, text.length()) / ((System.nanoTime() - start) / NANOS);
                },
                Optional.empty());
    }
}
