package org.maliang.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.GenerationOptions;
import picocli.CommandLine.Option;

/** How a text is to be written; what is left out is as the model's {@code generation_config.json} recommends. */
final class WriteOptions {
    @Option(names = "--length", paramLabel = "N", description = "The most tokens to write.")
    private @Nullable Integer length;

    @Option(names = "--min-length", paramLabel = "N", description = "The least tokens to write.")
    private @Nullable Integer minLength;

    @Option(names = "--samples", paramLabel = "N", description = "How many texts to write.")
    private @Nullable Integer samples;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same texts; drawn if left out.")
    private @Nullable Long seed;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Above 1 bolder, below 1 safer; 0 always takes the likeliest token.")
    private @Nullable Double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K likeliest tokens; 0 for all.")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the fewest tokens that together have this probability; 1 for all.")
    private @Nullable Double topP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "Above 1 avoids tokens that were written already; 1 does not.")
    private @Nullable Double repetitionPenalty;

    @Option(names = "--beams", paramLabel = "B", description = "Search with so many beams instead of drawing.")
    private @Nullable Integer beams;

    @Option(names = "--stop", paramLabel = "TEXT", description = "End where this is written; may be repeated.")
    private List<String> stop = new ArrayList<>();

    /**
     * Puts what was given over {@code defaults}.
     *
     * @throws IllegalArgumentException if a value cannot be
     */
    GenerationOptions over(GenerationOptions defaults) {
        int most = length == null ? defaults.maxTokens() : length;
        int least = minLength == null ? Math.min(defaults.minTokens(), Math.max(0, most)) : minLength;
        GenerationOptions options =
                defaults.withMinTokens(0).withMaxTokens(most).withMinTokens(least);
        options = with(options, seed, GenerationOptions::withSeed);
        options = with(options, temperature, GenerationOptions::withTemperature);
        options = with(options, topK, GenerationOptions::withTopK);
        options = with(options, topP, GenerationOptions::withTopP);
        options = with(options, repetitionPenalty, GenerationOptions::withRepetitionPenalty);
        options = with(options, beams, GenerationOptions::withBeams);
        options = with(options, samples, GenerationOptions::withSamples);
        return stop.isEmpty() ? options : options.withStop(stop);
    }

    private static <T> GenerationOptions with(
            GenerationOptions options, @Nullable T value, BiFunction<GenerationOptions, T, GenerationOptions> change) {
        return value == null ? options : change.apply(options, value);
    }
}
