package org.maliang.model.generate;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** The slow, obvious reference: no cache, no batch, no padding; every token reads the whole text again. */
record UncachedWriter(UnaryOperator<Tensor> logits, int context, OptionalInt end) {

    static UncachedWriter after(Decoder decoder, OptionalInt end) {
        return new UncachedWriter(
                ids -> decoder.logits(decoder.hidden(Input.of(ids))),
                decoder.config().contextLength(),
                end);
    }

    /** @param source of one row; it is read anew for every token, too */
    static UncachedWriter about(EncoderDecoder model, EncoderInput source) {
        return new UncachedWriter(
                ids -> model.scores(Input.of(ids), model.remember(source), ids.size(1)),
                Integer.MAX_VALUE,
                model.config().eosId());
    }

    /** The prompt's {@code sample}-th continuation. */
    int[] write(int[] prompt, int sample, GenerationOptions options) {
        SplittableRandom seeds = new SplittableRandom(options.seed());
        SplittableRandom random = seeds.split();
        for (int i = 0; i < sample; i++) {
            random = seeds.split();
        }
        ScoreRules rules = new ScoreRules(options, end, Integer.MAX_VALUE);
        Draft draft = Draft.after(prompt, options.constraint());
        int[] ids = prompt;
        while (ids.length < prompt.length + options.maxTokens() && ids.length < context) {
            float[] row = lastScores(ids);
            rules.apply(draft, row.clone(), 0, row);
            int token = Sampler.of(options).choose(row, random);
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = token;
            if (end.isPresent() && token == end.getAsInt()) {
                break;
            }
            draft.add(token);
            if (draft.state().finished()) {
                break;
            }
        }
        return Arrays.copyOfRange(ids, prompt.length, ids.length);
    }

    private float[] lastScores(int[] ids) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor input = Tensor.of(Arrays.stream(ids).asLongStream().toArray(), 1, ids.length);
            float[] all = logits.apply(input).toFloats();
            return Arrays.copyOfRange(all, all.length - all.length / ids.length, all.length);
        }
    }
}
