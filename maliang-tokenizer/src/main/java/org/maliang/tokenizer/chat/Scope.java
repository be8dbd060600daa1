package org.maliang.tokenizer.chat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.maliang.tokenizer.TokenizerException;

/** The variables that a place in a template sees; what a loop or a macro sets, the outside does not. */
final class Scope {
    private static final int MOST_STEPS = 2_000_000;
    private static final int MOST_OUTPUT = 16 << 20;
    private static final int DEEPEST = 100;

    private final Map<String, Object> variables = new HashMap<>();
    private final @Nullable Scope outer;
    private final Budget budget;
    private final int depth;

    /** What is left of one rendering. */
    private static final class Budget {
        private int steps;
        private int output;
    }

    private Scope(@Nullable Scope outer, Budget budget, int depth) {
        this.outer = outer;
        this.budget = budget;
        this.depth = depth;
    }

    static Scope of(Map<String, Object> variables) {
        var scope = new Scope(null, new Budget(), 0);
        scope.variables.putAll(variables);
        return scope;
    }

    Scope inner() {
        return new Scope(this, budget, depth);
    }

    /** The scope of a macro that was defined in this scope and is being called from another. */
    Scope called(Scope caller) {
        if (caller.depth >= DEEPEST) {
            throw new TokenizerException("chat template: macros call each other more than " + DEEPEST + " deep");
        }
        return new Scope(this, budget, caller.depth + 1);
    }

    Object value(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Undefined("'" + name + "' is undefined");
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    /** Counts one step; a template that takes millions is taken for one that never ends. */
    void step() {
        if (++budget.steps > MOST_STEPS) {
            throw new TokenizerException("chat template: more than " + MOST_STEPS + " steps; it loops too long");
        }
    }

    /** Counts characters that were written or joined. */
    void wrote(long characters) {
        if (characters > MOST_OUTPUT - budget.output) {
            throw new TokenizerException("chat template: it writes more than " + MOST_OUTPUT + " characters");
        }
        budget.output += (int) characters;
    }
}
