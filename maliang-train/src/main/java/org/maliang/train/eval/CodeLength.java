package org.maliang.train.eval;

import java.nio.charset.StandardCharsets;

/**
 * What it costs to write some documents down with a model's predictions.
 *
 * @param bits -log2 of the probability of all documents, each predicted from its beginning and including its end
 * @param endBits the part of them that is spent on the ends; 0 where it cannot be told apart
 * @param characters Unicode code points of the texts; ends of documents are not characters
 * @param bytes length of the texts in UTF-8
 */
public record CodeLength(double bits, double endBits, long documents, long characters, long bytes) {
    public static final CodeLength ZERO = new CodeLength(0, 0, 0, 0, 0);

    /** One document of this text. */
    public static CodeLength of(String text, double bits, double endBits) {
        int characters = text.codePointCount(0, text.length());
        return new CodeLength(bits, endBits, 1, characters, text.getBytes(StandardCharsets.UTF_8).length);
    }

    public CodeLength plus(CodeLength other) {
        return new CodeLength(
                bits + other.bits,
                endBits + other.endBits,
                documents + other.documents,
                characters + other.characters,
                bytes + other.bytes);
    }

    public double bitsPerCharacter() {
        return bits / characters;
    }

    public double bitsPerByte() {
        return bits / bytes;
    }

    /** {@link #bitsPerCharacter()} of the texts alone, as if everybody knew where they end. */
    public double bitsPerCharacterWithoutEnds() {
        return (bits - endBits) / characters;
    }
}
