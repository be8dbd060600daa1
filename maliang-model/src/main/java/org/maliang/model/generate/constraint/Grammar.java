package org.maliang.model.generate.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What texts there may be, before it is known with which tokens they are written; see {@link ConstraintCompiler}. Immutable.
 */
public final class Grammar {
    private final Expression start;
    private final List<Expression> demanded;
    private final Map<String, Expression> rules;

    Grammar(Expression start, Map<String, Expression> rules) {
        this(start, List.of(start), rules);
    }

    private Grammar(Expression start, List<Expression> demanded, Map<String, Expression> rules) {
        this.start = start;
        this.demanded = List.copyOf(demanded);
        this.rules = Map.copyOf(rules);
    }

    /**
     * Texts that a regular expression matches from the first character to the last, with the meaning of
     * {@link java.util.regex.Pattern#matches}. Understood are characters, {@code .}, sets such as {@code [a-z]} and
     * {@code [^,]}, {@code \d \w \s}, {@code \p{L}} for categories, {@code \p{Han}} for scripts, their opposites,
     * {@code \t \n \r \f}, characters by their number in hexadecimal behind {@code \x} or {@code \}{@code u}, groups,
     * {@code |} and the quantifiers <code>* + ? {m} {m,} {m,n}</code>, lazy ones too.
     *
     * @throws IllegalArgumentException if the expression is wrong or holds anything else
     */
    public static Grammar regex(String expression) {
        return new Grammar(RegexParser.parse(expression).expression(), Map.of());
    }

    /**
     * Exactly one of these texts.
     *
     * @throws IllegalArgumentException if there is none, or one is empty
     */
    public static Grammar choice(List<String> texts) {
        if (texts.isEmpty() || texts.contains("")) {
            throw new IllegalArgumentException("choice: give at least one text, and none that is empty");
        }
        List<Expression> choices = texts.stream().map(Expression::text).toList();
        return new Grammar(new Expression.Choice(choices), choices, Map.of());
    }

    /** Any JSON value, on one line. */
    public static Grammar json() {
        return new Grammar(JsonText.ANY, JsonText.RULES);
    }

    /**
     * JSON that a schema allows (draft 2020-12, of which: {@code type}, {@code properties}, {@code required},
     * {@code additionalProperties}, {@code items}, {@code minItems}, {@code maxItems}, {@code minLength},
     * {@code maxLength}, {@code pattern}, {@code enum}, {@code const}, {@code anyOf}, {@code oneOf} of different types, and {@code $ref} within the schema, which may refer to itself),
     * on one line. Properties come in the order in which the schema lists them; others are only written where
     * {@code additionalProperties} says so, or the schema lists none.
     *
     * @throws IllegalArgumentException if the schema is wrong or has another keyword; the message names it
     */
    public static Grammar jsonSchema(JsonNode schema) {
        return new JsonSchema(schema).grammar();
    }

    Expression start() {
        return start;
    }

    /** What must be possible: all, or each choice. */
    List<Expression> demanded() {
        return demanded;
    }

    Map<String, Expression> rules() {
        return rules;
    }
}
