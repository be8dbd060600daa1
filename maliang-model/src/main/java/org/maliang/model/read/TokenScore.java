package org.maliang.model.read;

import java.util.List;

/**
 * What a model thinks of a token of a text, given all before it.
 *
 * @param logProbability in nats
 * @param alternatives the most probable tokens at this place, best first; the token itself may be among them
 */
public record TokenScore(int id, double logProbability, List<Alternative> alternatives) {

    /**
     * A token that might have stood there.
     *
     * @param logProbability in nats
     */
    public record Alternative(int id, double logProbability) {}
}
