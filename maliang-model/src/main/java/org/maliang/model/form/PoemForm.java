package org.maliang.model.form;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The forms of verse a user can ask for. Each has a mark, one special token such as {@code <|七言绝句|>}, that opens a
 * marked document.
 */
public enum PoemForm {
    /** Four clauses of five characters. */
    QUATRAIN_5("五言绝句", 5, 4),
    /** Four clauses of six characters. */
    QUATRAIN_6("六言绝句", 6, 4),
    /** Four clauses of seven characters. */
    QUATRAIN_7("七言绝句", 7, 4),
    /** Eight clauses of five characters. */
    REGULATED_5("五言律诗", 5, 8),
    /** Eight clauses of seven characters. */
    REGULATED_7("七言律诗", 7, 8),
    /** Clauses of five characters in any other number. */
    ANCIENT_5("五言古诗", 5, 0),
    /** Clauses of seven characters in any other number. */
    ANCIENT_7("七言古诗", 7, 0),
    /** Clauses of four characters. */
    FOUR("四言", 4, 0),
    /** Clauses of differing lengths. */
    MIXED("杂言", 0, 0),
    /** A lyric (ci) to a named tune, which fixes the length of every clause. */
    LYRIC("词", 0, 0),
    /** An aria (qu) of the Yuan theatre or song. */
    ARIA("曲", 0, 0),
    /** Two lines that answer each other character by character. */
    COUPLET("对联", 0, 2);

    private final String label;
    private final int clauseLength;
    private final int clauses;

    PoemForm(String label, int clauseLength, int clauses) {
        this.label = label;
        this.clauseLength = clauseLength;
        this.clauses = clauses;
    }

    /** The Chinese name users type. */
    public String label() {
        return label;
    }

    /** The special token that opens a marked document of this form. */
    public String mark() {
        return "<|" + label + "|>";
    }

    /** Characters in every clause, or 0 where clauses differ. */
    public int clauseLength() {
        return clauseLength;
    }

    /** Number of clauses, or 0 where the form leaves it open. */
    public int clauses() {
        return clauses;
    }

    /** Whether a tune is named with the form ({@code 词:如梦令}). */
    public boolean hasTune() {
        return this == LYRIC || this == ARIA;
    }

    /** Whether the form keeps metre and rhyme (近体诗). */
    boolean isRegulated() {
        return clauses == 4 && clauseLength != 6 || clauses == 8;
    }

    /** The form with this Chinese name. */
    public static Optional<PoemForm> named(String label) {
        return Arrays.stream(values()).filter(form -> form.label.equals(label)).findFirst();
    }

    /** All marks, in a fixed order: the special tokens a tokenizer for verse must hold. */
    public static List<String> marks() {
        return Arrays.stream(values()).map(PoemForm::mark).toList();
    }

    /** The form of regular verse of {@code clauses} clauses of {@code length} characters. */
    static PoemForm regular(int length, int clauses) {
        return Arrays.stream(values())
                .filter(form -> form.clauseLength == length && (form.clauses == clauses || form.clauses == 0))
                .findFirst()
                .orElse(MIXED);
    }
}
