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

    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("source_sentence", Signature.Kind.TEXTS),
                    new Signature.Key("sentences_to_compare", Signature.Kind.TEXTS)),
            List.of(List.of("source_sentence"), List.of("sentences_to_compare")),
            List.of("scores"),
            Map.of("source_sentence", "怎么煮面", "sentences_to_compare", List.of("水开后下面", "今天有雨")));
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
        super(task, SIGNATURE, reader);
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

    @Override
    Candidates input(Fields fields) {
        return new Candidates(fields.texts("source_sentence").get(0), fields.texts("sentences_to_compare"));
    }
}
