package org.maliang.model.generate;

import java.util.Arrays;
import java.util.Objects;

/**
 * Tokens written after a prompt.
 *
 * @param ids the tokens, with the end-of-text token where that was chosen
 * @param finishReason why it ended
 */
public record Continuation(int[] ids, FinishReason finishReason) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Continuation that && Arrays.equals(ids, that.ids) && finishReason == that.finishReason;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(ids), finishReason);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids) + " " + finishReason.label();
    }
}
