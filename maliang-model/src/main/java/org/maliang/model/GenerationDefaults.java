package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sampling;
import org.maliang.model.generate.Search;

/** Reads Hugging Face's {@code generation_config.json}. */
final class GenerationDefaults {

    private GenerationDefaults() {}

    /** Keys that are absent or null leave {@link GenerationOptions#defaults()} as they are. */
    static GenerationOptions of(JsonNode json) {
        return of(json, !json.path("do_sample").asBoolean(true), new Lengths("max_new_tokens", "min_new_tokens", 0));
    }

    /**
     * The same for models that write about a source: they do not draw unless they are told to, and lengths count the start
     * token unless they are said to be of new tokens.
     */
    static GenerationOptions aboutSources(JsonNode json) {
        boolean greedy = !json.path("do_sample").asBoolean(false);
        return of(
                json,
                greedy,
                new Lengths(
                        json.hasNonNull("max_new_tokens") ? "max_new_tokens" : "max_length",
                        json.hasNonNull("min_new_tokens") ? "min_new_tokens" : "min_length",
                        1));
    }

    /** Which keys tell the lengths, and how many tokens more they count where they count the start. */
    private record Lengths(String most, String least, int start) {

        int ofNew(String key, int length) {
            return key.endsWith("_new_tokens") ? length : length - start;
        }
    }

    private static GenerationOptions of(JsonNode json, boolean greedy, Lengths lengths) {
        GenerationOptions ours = GenerationOptions.defaults();
        Reader read = new Reader(json);
        try {
            int maxTokens = lengths.ofNew(lengths.most, read.whole(lengths.most, ours.maxTokens() + lengths.start));
            int minTokens = lengths.ofNew(lengths.least, read.whole(lengths.least, ours.minTokens() + lengths.start));
            GenerationOptions stated = ours.withMaxTokens(maxTokens)
                    .withMinTokens(Math.max(0, Math.min(maxTokens, minTokens)))
                    .withSampling(new Sampling(
                            greedy ? 0 : read.number("temperature", ours.temperature()),
                            read.whole("top_k", ours.topK()),
                            read.number("top_p", ours.topP()),
                            read.number("min_p", ours.sampling().minP()),
                            read.number("typical_p", ours.sampling().typicalP())))
                    .withRepetitionPenalty(read.number("repetition_penalty", ours.repetitionPenalty()))
                    .withNoRepeatNgram(read.whole("no_repeat_ngram_size", ours.noRepeatNgram()))
                    .withStopTokens(read.ids("eos_token_id"));
            return stated.withSearch(new Search(
                    read.whole("num_beams", ours.beams()),
                    read.whole("num_beam_groups", ours.search().groups()),
                    read.number("diversity_penalty", ours.search().diversityPenalty()),
                    read.number("length_penalty", ours.lengthPenalty()),
                    json.path("early_stopping").asBoolean(ours.earlyStopping()),
                    read.number("penalty_alpha", ours.search().penaltyAlpha()),
                    ours.search().bestOf()));
        } catch (IllegalArgumentException e) {
            throw new ModelException("generation_config.json: " + e.getMessage(), e);
        }
    }

    private record Reader(JsonNode json) {

        int whole(String key, int fallback) {
            double value = number(key, fallback);
            if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "\"" + key + "\" is " + json.path(key) + ", expected a whole number");
            }
            return (int) value;
        }

        /** A list of ids; a single one is that of {@code config.json}. */
        Set<Integer> ids(String key) {
            Set<Integer> ids = new HashSet<>();
            for (JsonNode id : json.path(key)) {
                if (!id.isInt()) {
                    throw new IllegalArgumentException("\"" + key + "\" holds " + id + ", expected ids");
                }
                ids.add(id.intValue());
            }
            return ids;
        }

        double number(String key, double fallback) {
            JsonNode node = json.path(key);
            if (node.isMissingNode() || node.isNull()) {
                return fallback;
            }
            if (!node.isNumber()) {
                throw new IllegalArgumentException("\"" + key + "\" is " + node + ", expected a number");
            }
            return node.doubleValue();
        }
    }
}
