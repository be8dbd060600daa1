package org.maliang.train.eval;

/**
 * How well documents were predicted.
 *
 * @param nats information content of all scored tokens together, in nats
 * @param tokens scored
 * @param characters code points of the documents
 * @param bytes UTF-8 bytes of the documents
 */
public record Score(double nats, long tokens, long characters, long bytes) {
    static final Score NOTHING = new Score(0, 0, 0, 0);

    Score plus(Score other) {
        return new Score(nats + other.nats, tokens + other.tokens, characters + other.characters, bytes + other.bytes);
    }

    /** Mean cross-entropy of a token in nats. */
    public double loss() {
        return nats / tokens;
    }

    /** The exponential of {@link #loss()}. */
    public double perplexity() {
        return Math.exp(loss());
    }

    /** Comparable between tokenizers, unlike loss and perplexity. */
    public double bitsPerCharacter() {
        return nats / Math.log(2) / characters;
    }

    /** As {@link #bitsPerCharacter()}, of UTF-8 bytes. */
    public double bitsPerByte() {
        return nats / Math.log(2) / bytes;
    }
}
