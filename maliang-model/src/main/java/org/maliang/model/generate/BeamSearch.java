package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Beam search after one prompt by one group of beams, as Hugging Face transformers 4.33 does it (generation/beam_search.py,
 * {@code BeamSearchScorer}): every step looks at the best 2 × beams tokens; a text ends
 * if its end is among the best beams of them; scores are divided by the length of prompt and text, padding included.
 */
final class BeamSearch {

    /** A text being written and the sum of its log-probabilities. */
    private record Path(Draft draft, double sum) {}

    /** The token that may follow a path. */
    private record Candidate(int path, int token, double sum) {}

    private static final Comparator<Candidate> WORST_FIRST = Comparator.comparingDouble(Candidate::sum)
            .thenComparing(Candidate::path, Comparator.reverseOrder())
            .thenComparing(Candidate::token, Comparator.reverseOrder());

    private final GenerationOptions options;
    private final int beams;
    private final ScoreRules rules;
    private final int padding;
    private final List<Beam> results = new ArrayList<>(); // worst first
    private List<Path> paths;
    private boolean done;

    /** Starts after the prompt; {@code padding} counts for the length of texts. */
    BeamSearch(Draft prompt, GenerationOptions options, ScoreRules rules, int padding) {
        this.options = options;
        this.beams = options.beams() / options.search().groups();
        this.rules = rules;
        this.padding = padding;
        this.paths = List.of(new Path(prompt, 0));
    }

    /** How many texts are being written, at most as many as there are beams. */
    int width() {
        return paths.size();
    }

    /** Whether nothing better can be expected. */
    boolean done() {
        return done;
    }

    /** The latest token of every text. */
    List<Integer> lastTokens() {
        return paths.stream().map(path -> path.draft().last()).toList();
    }

    /**
     * Continues every text by one token.
     *
     * @param scores logits {@code [rows * vocabulary]}
     * @param first the row of the first text
     * @param vocabulary the length of a row
     * @param penalty what is subtracted from the log-probability of a token
     * @return for each text there is now, which text before it continues
     */
    List<Integer> step(float[] scores, int first, int vocabulary, Map<Integer, Double> penalty) {
        List<Candidate> candidates = candidates(scores, first, vocabulary, penalty);
        int length = padding + paths.get(0).draft().length();
        List<Path> next = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        for (int rank = 0; rank < candidates.size() && next.size() < beams; rank++) {
            Candidate candidate = candidates.get(rank);
            Draft draft = paths.get(candidate.path()).draft().fork();
            boolean ends = rules.ends(candidate.token());
            if (ends) {
                draft.end(candidate.token());
            } else {
                draft.add(candidate.token());
            }
            if (ends || draft.state().finished()) {
                if (rank < beams) {
                    add(draft.finish(FinishReason.STOP), candidate.sum(), ends ? length : length + 1);
                }
            } else {
                next.add(new Path(draft, candidate.sum()));
                origins.add(candidate.path());
            }
        }
        paths = next;
        done = next.isEmpty()
                || (results.size() == beams
                        && (options.earlyStopping()
                                || results.get(0).score()
                                        >= score(candidates.get(0).sum(), length)));
        return origins;
    }

    /** The best results, best first; texts that are not finished count as they are. */
    List<Beam> best(int count) {
        if (!done) {
            for (Path path : paths) {
                add(
                        path.draft().finish(FinishReason.LENGTH),
                        path.sum(),
                        padding + path.draft().length());
            }
        }
        List<Beam> best = new ArrayList<>(results);
        best.sort(Comparator.comparingDouble(Beam::score).reversed());
        return best.subList(0, Math.min(count, best.size()));
    }

    /** The best 2 × beams continuations of all texts, best first. */
    private List<Candidate> candidates(float[] scores, int first, int vocabulary, Map<Integer, Double> penalty) {
        PriorityQueue<Candidate> best = new PriorityQueue<>(WORST_FIRST);
        float[] probabilities = new float[vocabulary];
        float[] row = new float[vocabulary];
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            logSoftmax(scores, (first + i) * vocabulary, probabilities);
            penalty.forEach((token, value) -> probabilities[token] -= value.floatValue());
            rules.apply(path.draft(), probabilities, 0, row);
            for (int token = 0; token < vocabulary; token++) {
                double sum = path.sum() + row[token];
                boolean full = best.size() == 2 * beams;
                if (row[token] > Float.NEGATIVE_INFINITY
                        && (!full || sum > best.element().sum())) {
                    if (full) {
                        best.remove();
                    }
                    best.add(new Candidate(i, token, sum));
                }
            }
        }
        List<Candidate> sorted = new ArrayList<>(best);
        sorted.sort(WORST_FIRST.reversed());
        return sorted;
    }

    private static void logSoftmax(float[] scores, int offset, float[] into) {
        double normaliser = LogSoftmax.normaliser(scores, offset, into.length);
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) (scores[offset + i] - normaliser);
        }
    }

    /** Keeps a result if it is among the best. */
    private void add(Continuation continuation, double sum, int length) {
        results.add(new Beam(continuation, score(sum, length)));
        results.sort(Comparator.comparingDouble(Beam::score));
        if (results.size() > beams) {
            results.remove(0);
        }
    }

    private double score(double sum, int length) {
        return sum / Math.pow(length, options.lengthPenalty());
    }
}
