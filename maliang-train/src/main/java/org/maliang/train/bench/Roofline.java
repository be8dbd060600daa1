package org.maliang.train.bench;

import org.maliang.model.Decoder;
import org.maliang.tensor.MatMul;

/**
 * The most a machine can write: a pass reads every weight once and multiplies by it once for every row, and takes as long as
 * the slower of the two. Attention is not counted, nor is what is between the products.
 *
 * @param bytes a second that memory gives
 * @param operations a second that products of matrices reach, additions and multiplications
 */
public record Roofline(double bytes, double operations) {

    /** Tokens a second of {@code rows} sequences that are written together. */
    public double decode(Decoder decoder, int rows) {
        MatMul.Size all = decoder.bodySize().plus(decoder.headSize());
        return tokensPerSecond(all, rows);
    }

    /** Tokens a second of a prompt, whose last token alone meets the head. */
    public double prefill(Decoder decoder, int prompt) {
        return tokensPerSecond(decoder.bodySize(), prompt);
    }

    private double tokensPerSecond(MatMul.Size size, int rows) {
        double reading = size.bytes() / bytes;
        double multiplying = 2.0 * size.weights() * rows / operations;
        return rows / Math.max(reading, multiplying);
    }
}
