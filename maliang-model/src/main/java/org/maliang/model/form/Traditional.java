package org.maliang.model.form;

/** Traditional spelling of forms, read as simplified. */
final class Traditional {
    private static final String TRADITIONAL = "絕詩詞雜對聯";
    private static final String SIMPLIFIED = "绝诗词杂对联";

    private Traditional() {}

    /** The text with the characters that names of forms use in simplified spelling. */
    static String toSimplified(String text) {
        StringBuilder simplified = new StringBuilder(text);
        for (int i = 0; i < simplified.length(); i++) {
            int at = TRADITIONAL.indexOf(simplified.charAt(i));
            if (at >= 0) {
                simplified.setCharAt(i, SIMPLIFIED.charAt(at));
            }
        }
        return simplified.toString();
    }
}
