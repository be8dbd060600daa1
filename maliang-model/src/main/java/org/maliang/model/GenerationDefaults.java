package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.generate.GenerationOptions;

/** Reads Hugging Face's {@code generation_config.json}. */
final class GenerationDefaults {

    private GenerationDefaults() {}

    /** Keys that are absent or null leave {@link GenerationOptions#defaults()} as they are. */
    static GenerationOptions of(JsonNode json) {
        GenerationOptions ours = GenerationOptions.defaults();
        Reader read = new Reader(json);
        try {
            boolean greedy = !json.path("do_sample").asBoolean(true);
            int maxTokens = read.whole("max_new_tokens", ours.maxTokens());
            return new GenerationOptions(
                    maxTokens,
                    Math.min(maxTokens, read.whole("min_new_tokens", ours.minTokens())),
                    ours.samples(),
                    ours.seed(),
                    greedy ? 0 : read.number("temperature", ours.temperature()),
                    read.whole("top_k", ours.topK()),
                    read.number("top_p", ours.topP()),
                    read.number("repetition_penalty", ours.repetitionPenalty()),
                    read.whole("no_repeat_ngram_size", ours.noRepeatNgram()),
                    read.whole("num_beams", ours.beams()),
                    read.number("length_penalty", ours.lengthPenalty()),
                    ours.stop(),
                    ours.constraint());
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
