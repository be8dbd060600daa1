package org.maliang.model.generate;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a model can take.
 *
 * @param context the most tokens of prompt and text
 * @param vocabulary ids are below this
 * @param sources how many prompts there must be; 0 stands for any number
 * @param bytes what caches and scores of texts that are written together may take
 */
record Limits(int context, int vocabulary, int sources, long bytes) {

    private static final long USUAL_BYTES = 1L << 30;

    Limits(int context, int vocabulary, int sources) {
        this(context, vocabulary, sources, USUAL_BYTES);
    }

    Limits withBytes(long value) {
        return new Limits(context, vocabulary, sources, value);
    }

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    void check(List<int[]> prompts, GenerationOptions options, ForcedTokens forced) {
        Require.that(options.stop().isEmpty(), "stop strings need a tokenizer: use TextGenerator");
        options.penalties().logitBias().keySet().forEach(id -> require(id, "the logit bias is for id " + id));
        options.stopTokens().forEach(id -> require(id, "the stop token " + id));
        for (OptionalInt token : List.of(forced.first(), forced.last())) {
            token.ifPresent(id -> require(id, "the forced token " + id));
        }
        Require.that(!prompts.isEmpty(), "there is no prompt: give at least one");
        Require.that(
                sources == 0 || sources == prompts.size(),
                "there are " + prompts.size() + " prompts and " + sources + " sources: give one prompt a source");
        prompts.forEach(this::check);
    }

    private void check(int[] prompt) {
        Require.that(prompt.length > 0, "a prompt is empty: begin with the model's begin-of-text token");
        Require.that(
                prompt.length < context,
                "the prompt has " + prompt.length + " tokens and the model reads " + context
                        + ": shorten it so that there is room to write");
        for (int id : prompt) {
            require(id, "id " + id);
        }
    }

    private void require(int id, String what) {
        Require.that(id >= 0 && id < vocabulary, what + " is outside the model's vocabulary of " + vocabulary);
    }
}
