package org.maliang.model.form;

import java.util.regex.Pattern;

/** Cleans titles as the corpora write them: numbering, annotations and categories of ancient song are taken away. */
final class Heading {
    private static final String DIGITS = "[一二三四五六七八九十百廿○〇]";
    private static final Pattern NOTE = Pattern.compile("（[^）]*）?|\\([^)]*\\)?|\\[[^\\]]*\\]?|〖[^〗]*〗?|〔[^〕]*〕?");
    private static final Pattern CATEGORY = Pattern.compile("^\\S*(歌辞|曲辞|歌曲|谣辞)\\s+(?=\\S)");
    private static final Pattern NUMBER = Pattern.compile("(^|\\s+)其" + DIGITS + "+(?=\\s|$)|(\\s+|其)" + DIGITS + "+$");
    private static final Pattern COUNT = Pattern.compile(DIGITS + "+[首阕章](\\s*[并有]序)?(?=\\s|$)");
    private static final Pattern SPACES = Pattern.compile("[\\s　]+");

    private Heading() {}

    /** A title without notes, numbering and surrounding space. */
    static String clean(String title) {
        String text = SPACES.matcher(notes(title)).replaceAll(" ").strip();
        text = CATEGORY.matcher(text).replaceFirst("");
        text = NUMBER.matcher(text).replaceAll("");
        return COUNT.matcher(text).replaceAll("").strip();
    }

    /** Text without notes in brackets. */
    static String notes(String text) {
        return NOTE.matcher(text).replaceAll("");
    }

    /** Whether a title can stand in a marked document: ideographs, common punctuation and spaces only, not too long. */
    static boolean plain(String title) {
        return title.length() <= 60
                && title.codePoints()
                        .allMatch(point -> Layout.isIdeograph(point) || "，。？！；：、·・《》“” ".indexOf(point) >= 0);
    }
}
