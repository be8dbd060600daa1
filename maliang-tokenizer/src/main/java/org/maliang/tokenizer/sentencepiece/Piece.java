package org.maliang.tokenizer.sentencepiece;

/**
 * A piece of a text.
 *
 * @param id its id
 * @param surface how the normalised text spells it, with U+2581 for blanks; of bytes, the name of the byte
 */
public record Piece(int id, String surface) {}
