package org.maliang.tokenizer.sentencepiece;

import java.util.Arrays;
import java.util.Optional;

/** What a piece is for. */
public enum PieceType {
    /** Spells text. */
    NORMAL(1),
    /** Stands for what no other piece spells. */
    UNKNOWN(2),
    /** Never spells text: beginning, end, padding. */
    CONTROL(3),
    /** Spells text and is always taken where it stands. */
    USER_DEFINED(4),
    /** Is not used. */
    UNUSED(5),
    /** One byte of a character that no piece spells. */
    BYTE(6);

    private final int number;

    PieceType(int number) {
        this.number = number;
    }

    /** The number of the type in files, SentencePiece's as llama.cpp's. */
    public int number() {
        return number;
    }

    /** The type with this number. */
    public static Optional<PieceType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
}
