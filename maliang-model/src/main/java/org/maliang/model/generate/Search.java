package org.maliang.model.generate;

/**
 * How to look for a good text instead of taking the first that is drawn. With more than one beam nothing is drawn, nor
 * in contrastive search: temperature, top-p, min-p, the typical share and the seed then have no effect.
 *
 * @param beams width of the beam search; 1 stands for none
 * @param groups groups of beams that avoid each other's tokens (diverse beam search; Vijayakumar et al.,
 *     arXiv:1610.02424); a divisor of {@code beams}
 * @param diversityPenalty is subtracted from a token's log-probability as often as beams of earlier groups chose it at
 *     the same step
 * @param lengthPenalty the exponent of the length that beam scores are divided by
 * @param earlyStopping whether a search ends when as many texts have ended as there are beams, though better ones may follow
 * @param penaltyAlpha the weight α of contrastive search (Su et al., arXiv:2202.06417): of the top-k tokens the one
 *     is taken whose probability, weighted with 1 - α, exceeds most its greatest likeness to what came before, weighted
 *     with α; 0 stands for none
 * @param bestOf draw this many texts and return the most probable, by the mean log-probability the model gives their
 *     tokens; 0 returns what is drawn
 */
public record Search(
        int beams,
        int groups,
        double diversityPenalty,
        double lengthPenalty,
        boolean earlyStopping,
        double penaltyAlpha,
        int bestOf) {

    public Search {
        Require.that(beams >= 1, "the number of beams must be at least 1 (no search), not " + beams);
        Require.that(
                groups >= 1 && beams % groups == 0,
                "the number of beam groups must divide the " + beams + " beams, " + groups + " does not");
        Require.that(
                diversityPenalty >= 0 && Double.isFinite(diversityPenalty),
                "the diversity penalty must be 0 or more, not " + diversityPenalty);
        Require.that(Double.isFinite(lengthPenalty), "the length penalty must be a number, not " + lengthPenalty);
        Require.that(
                penaltyAlpha >= 0 && penaltyAlpha <= 1,
                "the penalty of contrastive search must be at least 0 (none) and at most 1, not " + penaltyAlpha);
        Require.that(bestOf >= 0, "best-of must be 0 (all that is drawn) or more, not " + bestOf);
        Require.that(
                (beams > 1 ? 1 : 0) + (penaltyAlpha > 0 ? 1 : 0) + (bestOf > 0 ? 1 : 0) <= 1,
                "beams, contrastive search and best-of exclude each other: choose one");
    }

    Search withBeams(int value) {
        return new Search(value, groups, diversityPenalty, lengthPenalty, earlyStopping, penaltyAlpha, bestOf);
    }

    Search withGroups(int value) {
        return new Search(beams, value, diversityPenalty, lengthPenalty, earlyStopping, penaltyAlpha, bestOf);
    }

    Search withDiversityPenalty(double value) {
        return new Search(beams, groups, value, lengthPenalty, earlyStopping, penaltyAlpha, bestOf);
    }

    Search withLengthPenalty(double value) {
        return new Search(beams, groups, diversityPenalty, value, earlyStopping, penaltyAlpha, bestOf);
    }

    Search withEarlyStopping(boolean value) {
        return new Search(beams, groups, diversityPenalty, lengthPenalty, value, penaltyAlpha, bestOf);
    }

    Search withPenaltyAlpha(double value) {
        return new Search(beams, groups, diversityPenalty, lengthPenalty, earlyStopping, value, bestOf);
    }

    Search withBestOf(int value) {
        return new Search(beams, groups, diversityPenalty, lengthPenalty, earlyStopping, penaltyAlpha, value);
    }
}
