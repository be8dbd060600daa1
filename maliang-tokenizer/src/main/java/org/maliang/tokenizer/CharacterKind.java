package org.maliang.tokenizer;

/** The classes of characters that pre-tokenizers tell apart. */
final class CharacterKind {
    static final byte OTHER = 0;
    static final byte LETTER = 1;
    static final byte NUMBER = 2;
    static final byte SPACE = 3; // Unicode White_Space
    static final byte MARK = 4;

    private static final byte[] TABLE = table();

    private CharacterKind() {}

    static byte of(int codePoint) {
        return codePoint < TABLE.length ? TABLE[codePoint] : classify(codePoint);
    }

    private static byte[] table() {
        byte[] table = new byte[1 << 16];
        for (int c = 0; c < table.length; c++) {
            table[c] = classify(c);
        }
        return table;
    }

    private static byte classify(int codePoint) {
        if (codePoint >= '\t' && codePoint <= '\r' || codePoint == 0x85 || Character.isSpaceChar(codePoint)) {
            return SPACE;
        }
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> MARK;
            default -> OTHER;
        };
    }
}
