package org.maliang.model.generate;

/**
 * A result of beam search.
 *
 * @param continuation what was found
 * @param score sum of log-probabilities, in groups less what diversity costs, over length to the power of the length
 *     penalty; the higher, the better
 */
public record Beam(Continuation continuation, double score) {}
