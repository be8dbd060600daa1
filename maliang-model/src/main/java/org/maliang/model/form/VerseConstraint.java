package org.maliang.model.form;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.maliang.model.generate.Constraint;

/** Holds writing to a pattern, character by character. Places of one kind share one set of tokens. */
final class VerseConstraint implements Constraint {
    private final Pattern pattern;
    private final VerseTokens tokens;
    private final Map<Object, BitSet> sets = new ConcurrentHashMap<>();

    /**
     * Binds a pattern to a vocabulary.
     *
     * @throws IllegalArgumentException if the vocabulary lacks characters that the pattern needs
     */
    VerseConstraint(Pattern pattern, VerseTokens tokens) {
        this.pattern = pattern;
        this.tokens = tokens;
        for (int character : pattern.required()) {
            require(tokens.holds(character), "does not hold '" + Character.toString(character) + "'");
        }
        int ideographs = tokens.ideographs();
        require(ideographs >= pattern.ideographs(), "holds no more than " + ideographs + " Han characters");
    }

    private static void require(boolean condition, String why) {
        if (!condition) {
            throw new IllegalArgumentException("form: the model's vocabulary " + why.replace("\n", "\\n")
                    + "; use a model trained on Chinese verse, or other characters");
        }
    }

    @Override
    public State start() {
        return new Writing(new int[0], false);
    }

    private final class Writing implements State {
        private final int[] written; // code points
        private final boolean ended;
        private final BitSet allowed;

        Writing(int[] written, boolean ended) {
            this.written = written;
            this.ended = ended;
            this.allowed = pattern.kind(written, tokens.reach())
                    .map(kind -> sets.computeIfAbsent(kind, key -> tokens.allowed(pattern, written)))
                    .orElseGet(() -> tokens.allowed(pattern, written));
        }

        @Override
        public BitSet allowed() {
            return allowed;
        }

        @Override
        public State next(int token) {
            if (!allowed.get(token)) {
                throw new IllegalArgumentException(
                        "form: token " + token + " is not allowed after " + new String(written, 0, written.length));
            }
            return token == tokens.endOfText()
                    ? new Writing(written, true)
                    : new Writing(tokens.append(written, token), false);
        }

        @Override
        public boolean finished() {
            return ended || pattern.closed(written);
        }
    }
}
