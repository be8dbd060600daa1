package org.maliang.model.form;

/**
 * One recognised poem, ready to be marked for training.
 *
 * @param form its form
 * @param tune the tune of a lyric or aria, empty if there is none
 * @param title its title without numbering, empty if there is none; a couplet's first line
 * @param body the verse, laid out one sentence a line; a couplet's second line
 */
public record Poem(PoemForm form, String tune, String title, String body) {

    /** The line between mark and body: {@code title}, {@code tune} or {@code tune·title}. */
    public String heading() {
        if (tune.isEmpty()) {
            return title;
        }
        return title.isEmpty() ? tune : tune + "·" + title;
    }

    /** The marked document: mark, heading, line break, body. */
    public String marked() {
        return form.mark() + heading() + "\n" + body;
    }
}
