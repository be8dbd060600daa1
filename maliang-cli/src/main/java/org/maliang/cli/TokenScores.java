package org.maliang.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.maliang.model.read.TokenScore;
import org.maliang.tokenizer.Tokenizer;

/**
 * What {@code maliang eval --task logprobs} prints: the tokens of every document with their log-probabilities.
 *
 * @param documents the scores of each
 */
record TokenScores(List<List<TokenScore>> documents, Tokenizer tokenizer) {

    long tokens() {
        return documents.stream().mapToLong(List::size).sum();
    }

    /** Over all tokens of all documents; NaN where there is none. */
    double mean() {
        return documents.stream()
                .flatMap(List::stream)
                .mapToDouble(TokenScore::logProbability)
                .average()
                .orElse(Double.NaN);
    }

    void print(PrintStream out) {
        for (List<TokenScore> document : documents) {
            for (TokenScore score : document) {
                String others = score.alternatives().stream()
                        .map(other ->
                                spelling(other.id()) + String.format(Locale.ROOT, " %.3f", other.logProbability()))
                        .collect(Collectors.joining("  "));
                String line = String.format(Locale.ROOT, "%9.4f  %s", score.logProbability(), spelling(score.id()));
                out.println(others.isEmpty() ? line : line + "\t" + others);
            }
            out.println();
        }
        out.printf(Locale.ROOT, "%9.4f  nats a token in the mean of %,d%n", mean(), tokens());
    }

    ObjectNode json() {
        ObjectNode object = Json.object()
                .put("task", "logprobs")
                .put("metric", "mean_logprob")
                .put("value", mean())
                .put("n", tokens());
        ArrayNode all = object.putArray("documents");
        for (List<TokenScore> document : documents) {
            ArrayNode tokens = all.addObject().putArray("tokens");
            for (TokenScore score : document) {
                ArrayNode top = token(tokens.addObject(), score.id(), score.logProbability())
                        .putArray("top");
                score.alternatives().forEach(other -> token(top.addObject(), other.id(), other.logProbability()));
            }
        }
        return object;
    }

    private ObjectNode token(ObjectNode object, int id, double logProbability) {
        return object.put("token", tokenizer.token(id)).put("id", id).put("logprob", logProbability);
    }

    private String spelling(int id) {
        return tokenizer.token(id).replace("\n", "⏎").replace("\t", "⇥");
    }
}
