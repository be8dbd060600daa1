package org.maliang.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Penalties;
import org.maliang.model.generate.Sampling;
import org.maliang.model.generate.Search;
import org.maliang.tokenizer.Tokenizer;
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
            names = "--min-p",
            paramLabel = "P",
            description = "Draw from tokens at least this part as likely as the likeliest; 0 for all.")
    private @Nullable Double minP;

    @Option(
            names = "--typical-p",
            paramLabel = "P",
            description = "Draw from the most typical tokens that together have this probability; 1 for all.")
    private @Nullable Double typicalP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "Above 1 avoids tokens that were written already or are in the prompt; 1 does not.")
    private @Nullable Double repetitionPenalty;

    @Option(
            names = "--presence-penalty",
            paramLabel = "A",
            description = "Subtracted from the scores of tokens that were written already.")
    private @Nullable Double presencePenalty;

    @Option(
            names = "--frequency-penalty",
            paramLabel = "A",
            description = "Subtracted from the score of a token as often as it was written.")
    private @Nullable Double frequencyPenalty;

    @Option(
            names = "--no-repeat-ngram",
            paramLabel = "N",
            description = "No run of so many tokens comes twice; 0 for no such rule.")
    private @Nullable Integer noRepeatNgram;

    @Option(
            names = "--logit-bias",
            paramLabel = "TOKEN=A",
            description =
                    "Added to the score of a token, given as its id or its text; -Infinity forbids it. May be repeated.")
    private Map<String, Double> logitBias = new LinkedHashMap<>();

    @Option(names = "--beams", paramLabel = "B", description = "Search with so many beams instead of drawing.")
    private @Nullable Integer beams;

    @Option(
            names = "--beam-groups",
            paramLabel = "G",
            description = "Groups of beams that avoid each other; needs a --diversity-penalty.")
    private @Nullable Integer beamGroups;

    @Option(
            names = "--diversity-penalty",
            paramLabel = "A",
            description = "How strongly groups of beams avoid each other.")
    private @Nullable Double diversityPenalty;

    @Option(
            names = "--length-penalty",
            paramLabel = "A",
            description = "Above 0 prefers long results of beams, below 0 short ones.")
    private @Nullable Double lengthPenalty;

    @Option(
            names = "--penalty-alpha",
            paramLabel = "A",
            description = "Contrastive search among the --top-k likeliest tokens, with this weight (0.6 is usual).")
    private @Nullable Double penaltyAlpha;

    @Option(
            names = "--best-of",
            paramLabel = "N",
            description = "Draw so many texts and keep the likeliest, by the mean log-probability of their tokens.")
    private @Nullable Integer bestOf;

    @Option(names = "--stop", paramLabel = "TEXT", description = "End where this is written; may be repeated.")
    private List<String> stop = new ArrayList<>();

    @Option(
            names = "--stop-token",
            paramLabel = "TOKEN",
            description = "End at this token, given as its id or its text; may be repeated.")
    private List<String> stopTokens = new ArrayList<>();

    /**
     * Puts what was given over {@code defaults}.
     *
     * @throws IllegalArgumentException if a value cannot be
     */
    GenerationOptions over(GenerationOptions defaults, Tokenizer tokenizer) {
        int most = or(length, defaults.maxTokens());
        int least = or(minLength, Math.min(defaults.minTokens(), Math.max(0, most)));
        GenerationOptions options = defaults.withSampling(over(defaults.sampling()))
                .withMinTokens(0)
                .withMaxTokens(most)
                .withMinTokens(least)
                .withSeed(or(seed, defaults.seed()))
                .withPenalties(over(defaults.penalties(), tokenizer))
                .withSearch(over(defaults.search()))
                .withSamples(or(samples, defaults.samples()));
        if (!stopTokens.isEmpty()) {
            options = options.withStopTokens(
                    stopTokens.stream().map(token -> id(token, tokenizer)).collect(Collectors.toSet()));
        }
        return stop.isEmpty() ? options : options.withStop(stop);
    }

    private Sampling over(Sampling defaults) {
        return new Sampling(
                or(temperature, defaults.temperature()),
                or(topK, defaults.topK()),
                or(topP, defaults.topP()),
                or(minP, defaults.minP()),
                or(typicalP, defaults.typicalP()));
    }

    private Penalties over(Penalties defaults, Tokenizer tokenizer) {
        Map<Integer, Double> biases = new LinkedHashMap<>(defaults.logitBias());
        logitBias.forEach((token, bias) -> biases.put(id(token, tokenizer), bias));
        return new Penalties(
                biases,
                or(repetitionPenalty, defaults.repetition()),
                or(presencePenalty, defaults.presence()),
                or(frequencyPenalty, defaults.frequency()),
                or(noRepeatNgram, defaults.noRepeatNgram()));
    }

    private Search over(Search defaults) {
        return new Search(
                or(beams, defaults.beams()),
                or(beamGroups, defaults.groups()),
                or(diversityPenalty, defaults.diversityPenalty()),
                or(lengthPenalty, defaults.lengthPenalty()),
                defaults.earlyStopping(),
                or(penaltyAlpha, defaults.penaltyAlpha()),
                or(bestOf, defaults.bestOf()));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** The id that is meant: digits are one, anything else must be the text of one token. */
    private static int id(String token, Tokenizer tokenizer) {
        if (token.matches("\\d{1,9}")) {
            return Integer.parseInt(token);
        }
        int[] ids = tokenizer.encode(token);
        if (ids.length != 1) {
            throw new IllegalArgumentException("'" + token + "' is " + ids.length + " tokens " + tokenizer.tokens(ids)
                    + ": give the text or the id of one");
        }
        return ids[0];
    }
}
