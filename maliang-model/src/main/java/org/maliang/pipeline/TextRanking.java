package org.maliang.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Tells how well texts suit a question: by a model that reads both together, where it has a classifier, by its number or by
 * how far its last label holds; else by the cosine of their vectors.
 */
public final class TextRanking extends ReadingPipeline<TextRanking.Candidates, Scores> {

    private final Function<Candidates, List<Double>> scoring;

    /** A question and the texts to rank. */
    public record Candidates(String query, List<String> texts) {

        public Candidates {
            texts = List.copyOf(texts);
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("there is no text to rank: give sentences_to_compare");
            }
        }
    }

    /**
     * Ranks by the head that the model has.
     *
     * @param place the model's directory, or file
     */
    TextRanking(Task task, Reader reader, Path place) {
        super(task, reader);
        if (Judge.suits(reader)) {
            Judge judge = Judge.of(task, reader);
            this.scoring = candidates -> judge
                    .scores(reader.encodePairs(candidates.texts().stream()
                            .map(text -> new TextPair(candidates.query(), text))
                            .toList()))
                    .stream()
                    .map(scores -> scores[scores.length - 1])
                    .toList();
        } else {
            SentenceEmbedding embedding = new SentenceEmbedding(task, reader, place);
            this.scoring = candidates -> embedding
                    .run(new SentenceEmbedding.Sentences(List.of(candidates.query()), candidates.texts()))
                    .scores();
        }
    }

    /** The scores of texts, in their order. */
    public Scores run(String query, List<String> texts) {
        return run(new Candidates(query, texts));
    }

    @Override
    public List<Scores> runAll(List<Candidates> all) {
        List<Scores> results = new ArrayList<>();
        all.forEach(candidates -> results.add(new Scores(scoring.apply(candidates))));
        return results;
    }

    @Override
    public Candidates input(String text) {
        throw new IllegalArgumentException(
                task() + " takes a question and texts: name them source_sentence and sentences_to_compare");
    }

    /** Takes {@code source_sentence} and {@code sentences_to_compare}. */
    @Override
    public Candidates input(Map<String, ?> fields) {
        Fields read = Fields.of(task(), fields, "source_sentence", "sentences_to_compare");
        return new Candidates(read.texts("source_sentence").get(0), read.texts("sentences_to_compare"));
    }
}
