package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ModelException;
import org.maliang.model.generate.GenerationOptions;

/**
 * The arguments of Hugging Face's {@code generate} in our words. An argument that is not known here is an error, so that
 * no case passes without what it is about.
 *
 * @param end the token that ends texts
 * @param pad fills rows that end before the longest
 */
record GenerationArguments(GenerationOptions options, OptionalInt end, int pad) {

    /**
     * Where the arguments name no end, or null, texts end as the model's configuration says: the loops of transformers
     * 4.33 fall back to it.
     *
     * @param prompt length of the prompts, padding included: Hugging Face's lengths count it
     * @param usualEnd the end that the configuration names
     * @param others arguments that the subject reads itself
     */
    static GenerationArguments of(JsonNode arguments, int prompt, OptionalInt usualEnd, Set<String> others) {
        GenerationOptions options = GenerationOptions.defaults().withTemperature(0);
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            JsonNode value = argument.getValue();
            options = switch (argument.getKey()) {
                case "max_new_tokens" -> options.withMaxTokens(value.intValue());
                case "min_length" -> options.withMinTokens(Math.max(0, value.intValue() - prompt));
                case "num_beams" -> options.withBeams(value.intValue());
                case "length_penalty" -> options.withLengthPenalty(value.doubleValue());
                case "repetition_penalty" -> options.withRepetitionPenalty(value.doubleValue());
                case "no_repeat_ngram_size" -> options.withNoRepeatNgram(value.intValue());
                case "early_stopping" -> options.withEarlyStopping(flag(argument));
                case "do_sample" -> requireFalse(argument, options);
                case "eos_token_id", "pad_token_id" -> options; // read below
                default -> {
                    if (!others.contains(argument.getKey())) {
                        throw new ModelException("the argument " + argument + " of generate is not known");
                    }
                    yield options;
                }
            };
        }
        JsonNode end = arguments.path("eos_token_id");
        return new GenerationArguments(
                options,
                end.isInt() ? OptionalInt.of(end.intValue()) : usualEnd,
                arguments.path("pad_token_id").asInt(0));
    }

    private static boolean flag(Map.Entry<String, JsonNode> argument) {
        if (!argument.getValue().isBoolean()) {
            throw new ModelException("the argument " + argument + " of generate is not supported; true and false are");
        }
        return argument.getValue().booleanValue();
    }

    private static GenerationOptions requireFalse(Map.Entry<String, JsonNode> argument, GenerationOptions options) {
        if (argument.getValue().asBoolean(true)) {
            throw new ModelException("the argument " + argument + " of generate is not supported; only false is");
        }
        return options;
    }
}
