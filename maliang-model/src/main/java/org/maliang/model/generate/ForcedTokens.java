package org.maliang.model.generate;

import java.util.OptionalInt;
import org.maliang.model.EncoderDecoderConfig;

/**
 * Tokens that stand at fixed places whatever their scores are, as Hugging Face's {@code forced_bos_token_id} and
 * {@code forced_eos_token_id} have it.
 *
 * @param first behind the start token
 * @param last where a text reaches its greatest length
 */
record ForcedTokens(OptionalInt first, OptionalInt last) {

    static final ForcedTokens NONE = new ForcedTokens(OptionalInt.empty(), OptionalInt.empty());

    static ForcedTokens of(EncoderDecoderConfig config) {
        return new ForcedTokens(config.forcedFirstId(), config.forcedLastId());
    }

    /** The token that comes next, if it is not a matter of choice. */
    OptionalInt next(Draft draft, int most) {
        if (first.isPresent() && draft.length() == 1) {
            return first;
        }
        return draft.written() == most - 1 ? last : OptionalInt.empty();
    }
}
