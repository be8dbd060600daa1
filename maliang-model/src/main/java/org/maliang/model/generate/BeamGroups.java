package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Diverse beam search after one prompt (Vijayakumar et al., arXiv:1610.02424, with Hamming diversity): groups of beams
 * search one after the other, and a group is told which tokens the groups before it chose at the same step. As in Hugging
 * Face transformers 4.33, what is subtracted for them stays in the sums, and the results of all groups compete in the end.
 * One group is plain beam search.
 */
final class BeamGroups {

    private final List<BeamSearch> groups;
    private final double diversityPenalty;

    /** Starts after the prompt; {@code padding} counts for the length of texts. */
    BeamGroups(Draft prompt, GenerationOptions options, ScoreRules rules, int padding) {
        this.groups = IntStream.range(0, options.search().groups())
                .mapToObj(group -> new BeamSearch(prompt, options, rules, padding))
                .toList();
        this.diversityPenalty = options.search().diversityPenalty();
    }

    private List<BeamSearch> open() {
        return groups.stream().filter(group -> !group.done()).toList();
    }

    /** How many texts are being written. */
    int width() {
        return open().stream().mapToInt(BeamSearch::width).sum();
    }

    /** Whether nothing better can be expected. */
    boolean done() {
        return open().isEmpty();
    }

    /** The latest token of every text. */
    List<Integer> lastTokens() {
        return open().stream().flatMap(group -> group.lastTokens().stream()).toList();
    }

    /**
     * Continues every text by one token.
     *
     * @param scores logits {@code [rows * vocabulary]}
     * @param first the row of the first text
     * @param vocabulary the length of a row
     * @return for each text there is now, which text before it continues
     */
    List<Integer> step(float[] scores, int first, int vocabulary) {
        Map<Integer, Double> penalty = new HashMap<>();
        List<Integer> all = new ArrayList<>();
        int before = 0; // texts of earlier groups
        for (BeamSearch group : open()) {
            int start = before;
            before += group.width();
            List<Integer> origins = group.step(scores, first + start, vocabulary, penalty);
            group.lastTokens().forEach(token -> penalty.merge(token, diversityPenalty, Double::sum));
            if (!group.done()) {
                origins.forEach(origin -> all.add(start + origin));
            }
        }
        return all;
    }

    /** The best results of all groups, best first; texts that are not finished count as they are. */
    List<Beam> best(int count) {
        return groups.stream()
                .flatMap(group -> group.best(count).stream())
                .sorted(Comparator.comparingDouble(Beam::score).reversed())
                .limit(count)
                .toList();
    }
}
