package org.maliang.model.generate.constraint;

import java.util.BitSet;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.TokenTexts;

/**
 * Turns grammars into constraints over one vocabulary. Make one per tokenizer, as it sorts all entries, and constraints as
 * many as are needed; they are shared by any number of texts and threads.
 *
 * <pre>{@code
 * var compiler = new ConstraintCompiler(generator.tokenTexts());
 * Constraint seasons = compiler.compile(Grammar.regex("[春夏秋冬]{4}"));
 * String text = generator.write("四时：", options.withConstraint(seasons)).get(0).text();
 * }</pre>
 *
 * <p>Tokens that hold a part of a character are used where every part can be completed; else characters are written as
 * whole tokens. Only characters that have a token of their own, or can be put together of bytes, are counted on: that is
 * why no text comes to a place from which it cannot be completed. A text with finish reason {@code length}, or one
 * that a stop string ends, was cut and is incomplete; all others are complete. A model without an end-of-text token ends only where nothing may follow.
 */
public final class ConstraintCompiler {
    private final WritableTokens tokens;

    public ConstraintCompiler(TokenTexts texts) {
        tokens = WritableTokens.of(texts);
    }

    /**
     * Binds a grammar to the vocabulary.
     *
     * @throws IllegalArgumentException if no text fits, the vocabulary cannot spell any that does, or the grammar is too large
     */
    public Constraint compile(Grammar grammar) {
        var network = new Network(grammar);
        if (!network.alive(CharClass.ALL).get(network.start())) {
            throw new IllegalArgumentException(
                    "constraint: no text fits, as what it asks for never ends; make a part optional");
        }
        BitSet alive = network.alive(tokens.characters());
        for (int node : network.demanded()) {
            if (!alive.get(node)) {
                throw new IllegalArgumentException("constraint: the model's vocabulary cannot spell what is asked for"
                        + tokens.lacking(network.sets()) + "; ask for other characters");
            }
        }
        return new TextConstraint(new Automaton(network, alive), tokens);
    }
}
