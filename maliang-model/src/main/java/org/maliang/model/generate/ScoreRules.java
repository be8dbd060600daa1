package org.maliang.model.generate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import org.maliang.model.ModelException;

/**
 * What the options say about the scores of the next token, in the order of Hugging Face's processors: logit bias,
 * repetition, presence and frequency penalties, repeated n-grams, minimum length, forced tokens, then the constraint. Where
 * the constraint leaves only tokens that the wishes before it forbid, the constraint wins.
 */
final class ScoreRules {

    private final GenerationOptions options;
    private final OptionalInt end;
    private final ForcedTokens forced;
    private final int choosable; // ids from here on have an embedding but no meaning

    ScoreRules(GenerationOptions options, OptionalInt end, int choosable) {
        this(options, end, ForcedTokens.NONE, choosable);
    }

    ScoreRules(GenerationOptions options, OptionalInt end, ForcedTokens forced, int choosable) {
        this.options = options;
        this.end = end;
        this.forced = forced;
        this.choosable = choosable;
    }

    /** Copies the scores that start at {@code offset} into {@code row} and changes them there; forbidden is -∞. */
    void apply(Draft draft, float[] scores, int offset, float[] row) {
        System.arraycopy(scores, offset, row, 0, row.length);
        Arrays.fill(row, Math.min(choosable, row.length), row.length, Float.NEGATIVE_INFINITY);
        addBias(row);
        penaliseRepetition(draft, row);
        penaliseWritten(draft, row);
        forbidRepeatedNgrams(draft, row);
        forbidEarlyEnd(draft, row);
        force(draft, row);
        confine(draft.state(), row);
        if (nothingLeft(row)) {
            System.arraycopy(scores, offset, row, 0, row.length);
            confine(draft.state(), row);
            Arrays.fill(row, Math.min(choosable, row.length), row.length, Float.NEGATIVE_INFINITY);
            require(row);
        }
    }

    /** From which id on nothing can be chosen. */
    int choosable() {
        return choosable;
    }

    /** Whether a token ends a text: the end-of-text token and those that the options name. */
    boolean ends(int token) {
        return (end.isPresent() && end.getAsInt() == token)
                || options.stopTokens().contains(token);
    }

    private void addBias(float[] row) {
        options.penalties().logitBias().forEach((id, bias) -> {
            if (id < row.length) {
                row[id] += bias.floatValue();
            }
        });
    }

    private void penaliseRepetition(Draft draft, float[] row) {
        if (options.repetitionPenalty() == 1) {
            return;
        }
        float penalty = (float) options.repetitionPenalty();
        BitSet seen = draft.seen();
        for (int id = seen.nextSetBit(0); id >= 0 && id < row.length; id = seen.nextSetBit(id + 1)) {
            row[id] = row[id] < 0 ? row[id] * penalty : row[id] / penalty;
        }
    }

    /** Presence and frequency penalties, as <a href="https://platform.openai.com/docs/guides/text-generation">OpenAI</a> has them. */
    private void penaliseWritten(Draft draft, float[] row) {
        float presence = (float) options.penalties().presence();
        float frequency = (float) options.penalties().frequency();
        if (presence == 0 && frequency == 0) {
            return;
        }
        BitSet written = new BitSet();
        for (int i = draft.length() - draft.written(); i < draft.length(); i++) {
            int id = draft.at(i);
            row[id] -= written.get(id) ? frequency : frequency + presence;
            written.set(id);
        }
    }

    private void forbidRepeatedNgrams(Draft draft, float[] row) {
        int n = options.noRepeatNgram();
        int last = draft.length() - n; // where a run ends whose final token is the latest one
        for (int start = 0; n > 0 && start <= last; start++) {
            int same = 0;
            while (same < n - 1 && draft.at(start + same) == draft.at(last + 1 + same)) {
                same++;
            }
            if (same == n - 1) {
                row[draft.at(start + n - 1)] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private void forbidEarlyEnd(Draft draft, float[] row) {
        if (draft.written() >= options.minTokens()) {
            return;
        }
        end.ifPresent(token -> forbid(token, row));
        options.stopTokens().forEach(token -> forbid(token, row));
    }

    private static void forbid(int token, float[] row) {
        if (token < row.length) {
            row[token] = Float.NEGATIVE_INFINITY;
        }
    }

    /** A forced token is certain, so that it changes no sum of log-probabilities. */
    private void force(Draft draft, float[] row) {
        forced.next(draft, options.maxTokens()).ifPresent(token -> {
            Arrays.fill(row, Float.NEGATIVE_INFINITY);
            row[token] = 0;
        });
    }

    private static void confine(Constraint.State state, float[] row) {
        if (state == Unconstrained.STATE) {
            return;
        }
        BitSet allowed = state.allowed();
        int open = 0; // everything below is settled
        for (int id = allowed.nextSetBit(0); id >= 0 && id < row.length; id = allowed.nextSetBit(id + 1)) {
            Arrays.fill(row, open, id, Float.NEGATIVE_INFINITY);
            open = id + 1;
        }
        Arrays.fill(row, open, row.length, Float.NEGATIVE_INFINITY);
    }

    private static boolean nothingLeft(float[] row) {
        for (float score : row) {
            if (score > Float.NEGATIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }

    private static void require(float[] row) {
        if (nothingLeft(row)) {
            for (float score : row) {
                if (Float.isNaN(score)) {
                    throw new ModelException(
                            "the model's scores are NaN: its weights are damaged, take an earlier checkpoint");
                }
            }
            throw new IllegalStateException("the constraint allows no token of the model's vocabulary");
        }
    }
}
