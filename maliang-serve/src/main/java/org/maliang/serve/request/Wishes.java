package org.maliang.serve.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Penalties;
import org.maliang.model.generate.Sampling;
import org.maliang.model.generate.Search;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.serve.ApiException;
import org.maliang.serve.ServedWriter;

/** Reads how a text is to be written; what is left out is as the model recommends. */
public final class Wishes {

    private static final int MOST_SAMPLES = 1024;
    private static final int MOST_STOPS = 16;

    private Wishes() {}

    /**
     * What all requests for texts have in common, without the length.
     *
     * @param length the most tokens to write
     * @param usualSeed the seed of a request that names none
     */
    public static GenerationOptions read(Fields fields, ServedWriter model, int length, long usualSeed) {
        GenerationOptions defaults = model.defaults();
        int samples = fields.whole("n", 1, MOST_SAMPLES).orElse(1);
        int least = fields.whole("min_tokens", 0, length).orElse(Math.min(defaults.minTokens(), length));
        long seed = fields.whole("seed").orElse(usualSeed);
        try {
            GenerationOptions options = defaults.withMinTokens(0)
                    .withMaxTokens(length)
                    .withMinTokens(least)
                    .withSeed(seed)
                    .withSampling(sampling(fields, defaults.sampling()))
                    .withPenalties(penalties(fields, defaults.penalties(), model))
                    .withSearch(search(fields, defaults.search()))
                    .withSamples(samples)
                    .withStop(stops(fields));
            return grammar(fields)
                    .map(grammar -> options.withConstraint(model.constraint(grammar)))
                    .orElse(options);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** A seed that differs every time. */
    public static long anySeed() {
        return ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    }

    private static Sampling sampling(Fields fields, Sampling defaults) {
        return new Sampling(
                fields.number("temperature", 0, 100).orElse(defaults.temperature()),
                fields.whole("top_k", 0, Integer.MAX_VALUE).orElse(defaults.topK()),
                fields.share("top_p").orElse(defaults.topP()),
                fields.number("min_p", 0, 1).orElse(defaults.minP()),
                fields.share("typical_p").orElse(defaults.typicalP()));
    }

    private static Penalties penalties(Fields fields, Penalties defaults, ServedWriter model) {
        Map<Integer, Double> biases = new LinkedHashMap<>(defaults.logitBias());
        biases.putAll(fields.numbersByWhole("logit_bias", model.tokenizer().vocabularySize(), -100, 100));
        return new Penalties(
                biases,
                fields.number("repetition_penalty", 0.01, 100).orElse(defaults.repetition()),
                fields.number("presence_penalty", -100, 100).orElse(defaults.presence()),
                fields.number("frequency_penalty", -100, 100).orElse(defaults.frequency()),
                fields.whole("no_repeat_ngram_size", 0, Integer.MAX_VALUE).orElse(defaults.noRepeatNgram()));
    }

    private static Search search(Fields fields, Search defaults) {
        int bestOf = fields.whole("best_of", 0, MOST_SAMPLES).orElse(defaults.bestOf());
        return new Search(
                fields.whole("beams", 1, MOST_SAMPLES).orElse(defaults.beams()),
                fields.whole("beam_groups", 1, MOST_SAMPLES).orElse(defaults.groups()),
                fields.number("diversity_penalty", 0, 100).orElse(defaults.diversityPenalty()),
                fields.number("length_penalty", -100, 100).orElse(defaults.lengthPenalty()),
                defaults.earlyStopping(),
                fields.number("penalty_alpha", 0, 1).orElse(defaults.penaltyAlpha()),
                bestOf == 1 ? 0 : bestOf);
    }

    private static List<String> stops(Fields fields) {
        List<String> stops = fields.texts("stop");
        if (stops.size() > MOST_STOPS || stops.contains("")) {
            throw fields.wrong("stop", "up to " + MOST_STOPS + " texts, none of them empty");
        }
        return stops;
    }

    private static Optional<Grammar> grammar(Fields fields) {
        List<Grammar> asked = new ArrayList<>();
        fields.text("regex")
                .flatMap(text -> fields.read("regex", any -> Grammar.regex(text)))
                .ifPresent(asked::add);
        List<String> choices = fields.texts("choice");
        fields.read("choice", any -> Grammar.choice(choices)).ifPresent(asked::add);
        fields.read("json_schema", Grammar::jsonSchema).ifPresent(asked::add);
        responseFormat(fields.section("response_format")).ifPresent(asked::add);
        if (asked.size() > 1) {
            throw ApiException.badRequest(
                    "regex, choice, json_schema and response_format each say all about a text: give one of them");
        }
        return asked.stream().findFirst();
    }

    private static Optional<Grammar> responseFormat(Fields format) {
        String type = format.text("type").orElse("text");
        switch (type) {
            case "text" -> {
                format.requireNoOther();
                return Optional.empty();
            }
            case "json_object" -> {
                format.requireNoOther();
                return Optional.of(Grammar.json());
            }
            case "json_schema" -> {
                Fields schema = format.section("json_schema");
                schema.ignore("name", "description", "strict");
                Optional<Grammar> grammar = schema.read("schema", Grammar::jsonSchema);
                schema.requireNoOther();
                format.requireNoOther();
                return grammar.or(() -> Optional.of(Grammar.json()));
            }
            default -> throw format.wrong("type", "text, json_object or json_schema");
        }
    }
}
