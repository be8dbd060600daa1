package org.maliang.model.form;

import java.util.Map;
import java.util.Optional;
import org.maliang.model.generate.Constraint;

/**
 * A verse that somebody asks for.
 *
 * <pre>{@code
 * var verse = Verse.asked("七言绝句", "江南春", "");
 * int[] prompt = tokenizer.encode(verse.prompt());
 * Constraint constraint = verse.constraint(VerseTokens.of(tokenizer, endOfText));
 * }</pre>
 *
 * <p>Quatrains and regulated verse also keep metre and rhyme, a couplet the tones of its first line, as far as the
 * vocabulary allows.
 *
 * <p>What is written after the prompt is the body alone, one sentence a line; for a couplet, the second line.
 *
 * @param form its form
 * @param tune the usual name of its tune, empty for a form without tunes
 * @param title its title; a couplet's first line
 * @param acrostic characters that head its clauses or lines, empty for none
 */
public record Verse(PoemForm form, String tune, String title, String acrostic) {
    private static final int LONGEST_TITLE = 60;
    private static final int LEAST_CLAUSES = 4;
    private static final int MOST_CLAUSES = 32; // seven of eight ancient poems of the corpora have no more

    /**
     * Checks that the acrostic fits the form.
     *
     * @throws IllegalArgumentException if it does not, or if the form has no layout for the tune
     */
    public Verse {
        boolean tuned = !form.hasTune() || FormName.layouts(form).of(tune).isPresent();
        if (!tuned) {
            throw new IllegalArgumentException("form: no layout of " + form.label() + ":" + tune + " is known");
        }
        pattern(form, tune, title, Acrostic.parse(acrostic), 0);
    }

    /**
     * Reads what a user asks for.
     *
     * @param form such as {@code 七言绝句}, {@code 七绝}, {@code 词:如梦令}, {@code 对联}; empty leaves it to the acrostic
     * @param prompt the title, or the first line of a couplet; if empty, the acrostic is the title
     * @param acrostic as many Han characters as the form has clauses or lines; empty for none
     * @throws IllegalArgumentException if form or tune is unknown, or prompt or acrostic does not fit; the message says
     *     what would
     */
    public static Verse asked(String form, String prompt, String acrostic) {
        Acrostic letters = Acrostic.parse(acrostic);
        if (form.isBlank() && letters.letters().isEmpty()) {
            throw new IllegalArgumentException("form: none given; write --form 七言绝句 or --acrostic 马良神笔");
        }
        FormName name = form.isBlank() ? new FormName(letters.form(), "") : FormName.parse(form);
        String text = prompt.strip().replaceAll("\\s+", " ");
        String title = name.form() == PoemForm.COUPLET
                ? Couplet.firstLine(text)
                : title(text.isEmpty() ? acrostic.strip() : text, name);
        return new Verse(name.form(), name.tune(), title, acrostic.strip());
    }

    private static String title(String text, FormName name) {
        if (text.contains("<|") || text.length() > LONGEST_TITLE) {
            throw new IllegalArgumentException(
                    "form: '" + text + "' is no title; give up to " + LONGEST_TITLE + " characters, without <|");
        }
        return text.isEmpty() && name.tune().isEmpty() ? "无题" : text;
    }

    /** The marked text that the model continues: mark, heading and line break. */
    public String prompt() {
        return new Poem(form, tune, title, "").marked();
    }

    /** The layout it will have, where form and acrostic determine one. */
    public Optional<Layout> layout() {
        return layout(form, tune, title, Acrostic.parse(acrostic));
    }

    /**
     * Holds writing to the form, whatever the model prefers.
     *
     * @throws IllegalArgumentException if the vocabulary lacks a character that the form or the acrostic needs
     */
    public Constraint constraint(VerseTokens tokens) {
        return new VerseConstraint(pattern(form, tune, title, Acrostic.parse(acrostic), tokens.rhymes()), tokens);
    }

    private static Pattern pattern(PoemForm form, String tune, String title, Acrostic acrostic, long rhymes) {
        String name = tune.isEmpty() ? form.label() : form.label() + ":" + tune;
        if (form == PoemForm.COUPLET) {
            if (!acrostic.letters().isEmpty()) {
                throw new IllegalArgumentException("acrostic: " + name + " takes none; give the first line alone");
            }
            return Couplet.pattern(title);
        }
        if (form == PoemForm.MIXED) {
            return new FreeVerse(acrostic.letters());
        }
        Optional<Layout> layout = layout(form, tune, title, acrostic);
        if (layout.isPresent()) {
            Map<Integer, Integer> heads = acrostic.heads(name, layout.get());
            return rhymes != 0 && form.isRegulated()
                    ? RegulatedVerse.of(layout.get(), heads, rhymes)
                    : MeasuredVerse.of(layout.get(), heads, clauses -> false);
        }
        if (!acrostic.letters().isEmpty()) {
            throw new IllegalArgumentException("acrostic: " + acrostic.letters().size() + " characters do not fit "
                    + name
                    + ", which has an even number of clauses but not that of another form, up to " + MOST_CLAUSES
                    + "; give as many characters as clauses or half as many");
        }
        Layout longest = Layout.regular(form.clauseLength(), MOST_CLAUSES);
        return MeasuredVerse.of(longest, Map.of(), clauses -> isOpen(form, clauses));
    }

    private static Optional<Layout> layout(PoemForm form, String tune, String title, Acrostic acrostic) {
        int letters = acrostic.letters().size();
        return switch (form) {
            case COUPLET -> Layout.of(title);
            case LYRIC, ARIA -> FormName.layouts(form).of(tune);
            case MIXED -> Optional.empty();
            case FOUR, ANCIENT_5, ANCIENT_7 ->
                isOpen(form, letters)
                        ? Optional.of(Layout.regular(form.clauseLength(), letters))
                        : Optional.of(2 * letters)
                                .filter(clauses -> isOpen(form, clauses))
                                .map(clauses -> Layout.regular(form.clauseLength(), clauses));
            default -> Optional.of(Layout.regular(form.clauseLength(), form.clauses()));
        };
    }

    /** Whether an open form may have so many clauses; eight of five characters would be regulated verse. */
    private static boolean isOpen(PoemForm form, int clauses) {
        return clauses >= LEAST_CLAUSES
                && clauses <= MOST_CLAUSES
                && clauses % 2 == 0
                && PoemForm.regular(form.clauseLength(), clauses) == form;
    }
}
