package org.maliang.train.eval;

import java.nio.charset.StandardCharsets;

/**
 * What it costs to write some documents down with a model's predictions.
 *
 * @param bits -log2 of the probability of all documents, each predicted from its beginning and including its end
 * @param characters Unicode code points of the texts; ends of documents are not characters
 * @param bytes length of the texts in UTF-8
 */
public record CodeLength(double bits, long documents, long characters, long bytes) {
    public static final CodeLength ZERO = new CodeLength(0, 0, 0, 0);

    /** One document of this text that costs so many bits, its end included. */
    public static CodeLength of(String text, double bits) {
        int characters = text.codePointCount(0, text.length());
        return new CodeLength(bits, 1, characters, text.getBytes(StandardCharsets.UTF_8).length);
    }

    public CodeLength plus(CodeLength other) {
        return new CodeLength(
                bits + other.bits, documents + other.documents, characters + other.characters, bytes + other.bytes);
    }

    public double bitsPerCharacter() {
        return bits / characters;
    }

    public double bitsPerByte() {
        return bits / bytes;
    }
}
