package org.maliang.model.generate;

/**
 * Which tokens a draw is made from. The filters act in the order of the components, each on what the one before left,
 * so that shares are shares of that.
 *
 * @param temperature divides the scores before all filters; 0 always takes the best token
 * @param topK keep this many best tokens, and those that are as good as the last of them; 0 stands for all
 *     (Fan et al., arXiv:1805.04833)
 * @param topP of the tokens, best first, keep those before which the shares come to no more than this; 1 stands for all
 *     (nucleus; Holtzman et al., arXiv:1904.09751)
 * @param minP keep tokens whose share is at least this part of the best token's; 0 stands for all
 *     (Nguyen et al., arXiv:2407.01082)
 * @param typicalP keep the fewest tokens that together have this share, those first whose information is nearest to the
 *     entropy, and those that are as near as the last of them; 1 stands for all (Meister et al., arXiv:2202.00666)
 */
public record Sampling(double temperature, int topK, double topP, double minP, double typicalP) {

    public Sampling {
        Require.that(
                temperature >= 0 && Double.isFinite(temperature),
                "the temperature must be 0 (always the best token) or more, not " + temperature);
        Require.that(topK >= 0, "top-k must be 0 (all tokens) or more, not " + topK);
        Require.that(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1 (all tokens), not " + topP);
        Require.that(minP >= 0 && minP <= 1, "min-p must be at least 0 (all tokens) and at most 1, not " + minP);
        Require.that(
                typicalP > 0 && typicalP <= 1,
                "the typical share must be above 0 and at most 1 (all tokens), not " + typicalP);
    }

    Sampling withTemperature(double value) {
        return new Sampling(value, topK, topP, minP, typicalP);
    }

    Sampling withTopK(int value) {
        return new Sampling(temperature, value, topP, minP, typicalP);
    }

    Sampling withTopP(double value) {
        return new Sampling(temperature, topK, value, minP, typicalP);
    }

    Sampling withMinP(double value) {
        return new Sampling(temperature, topK, topP, value, typicalP);
    }

    Sampling withTypicalP(double value) {
        return new Sampling(temperature, topK, topP, minP, value);
    }
}
