package org.maliang.model.generate;

import java.util.OptionalInt;
import org.maliang.tokenizer.TextStream;
import org.maliang.tokenizer.Tokenizer;

/**
 * Puts the entries of BERT's vocabulary together without spaces. Special tokens are skipped but for unknown words: several in
 * a row are one {@code unknown}.
 */
final class JoinedText implements TextStream {

    private static final String INNER = "##"; // before the later parts of a word

    private final Tokenizer tokenizer;
    private final OptionalInt unknownId;
    private final String unknown;
    private boolean afterUnknown;

    JoinedText(Tokenizer tokenizer, String unknown) {
        this.tokenizer = tokenizer;
        this.unknownId = tokenizer.id("[UNK]");
        this.unknown = unknown;
    }

    /** Whether a tokenizer has such a vocabulary. */
    static boolean suits(Tokenizer tokenizer) {
        return tokenizer.id("[UNK]").isPresent() && tokenizer.id("[SEP]").isPresent();
    }

    @Override
    public String push(int id) {
        boolean known = unknownId.isEmpty() || unknownId.getAsInt() != id;
        boolean repeated = !known && afterUnknown;
        afterUnknown = !known;
        if (!known) {
            return repeated ? "" : unknown;
        }
        String token = tokenizer.token(id);
        return tokenizer.specialIds().contains(id) ? "" : token.replace(INNER, "");
    }

    @Override
    public String flush() {
        afterUnknown = false;
        return "";
    }
}
