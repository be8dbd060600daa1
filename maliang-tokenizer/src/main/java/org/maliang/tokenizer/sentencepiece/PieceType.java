package org.maliang.tokenizer.sentencepiece;

/** What a piece is for. */
public enum PieceType {
    /** Spells text. */
    NORMAL,
    /** Stands for what no other piece spells. */
    UNKNOWN,
    /** Never spells text: beginning, end, padding. */
    CONTROL,
    /** Spells text and is always taken where it stands. */
    USER_DEFINED,
    /** Is not used. */
    UNUSED,
    /** One byte of a character that no piece spells. */
    BYTE;

    static final int COUNT = 6;

    /** The type with this number in the file, from 1. */
    static PieceType of(int number) {
        return switch (number) {
            case 1 -> NORMAL;
            case 2 -> UNKNOWN;
            case 3 -> CONTROL;
            case 4 -> USER_DEFINED;
            case 5 -> UNUSED;
            case 6 -> BYTE;
            default -> throw new IllegalArgumentException("piece type " + number);
        };
    }
}
