package org.maliang.tokenizer.sentencepiece;

/**
 * A piece and its place in a text.
 *
 * @param start the first {@code char} of the text, as it was given, that the piece stands for
 * @param end behind the last one; {@code start} where it stands for a blank that the model needs and the text has not
 */
public record PlacedPiece(int id, int start, int end) {}
