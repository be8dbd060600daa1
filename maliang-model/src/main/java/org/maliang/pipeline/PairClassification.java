package org.maliang.pipeline;

import java.util.List;
import java.util.Map;

/**
 * Puts labels on pairs of texts: {@code nli} (does the second follow from the first?), {@code sentence-similarity} (do they
 * mean the same?). Where a pair is longer than the model reads, the longer text is cut.
 */
public final class PairClassification extends ReadingPipeline<TextPair, Labels> {

    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("sentence1", Signature.Kind.TEXT),
                    new Signature.Key("sentence2", Signature.Kind.TEXT),
                    new Signature.Key("premise", Signature.Kind.TEXT),
                    new Signature.Key("hypothesis", Signature.Kind.TEXT)),
            List.of(List.of("sentence1", "premise"), List.of("sentence2", "hypothesis")),
            List.of("labels", "scores"),
            Map.of("sentence1", "他在睡觉", "sentence2", "他醒着"));
    private final Judge judge;

    PairClassification(Task task, Reader reader) {
        super(task, SIGNATURE, reader);
        this.judge = Judge.of(task, reader);
    }

    /** The labels of a pair. */
    public Labels run(String first, String second) {
        return run(new TextPair(first, second));
    }

    @Override
    public List<Labels> runAll(List<TextPair> pairs) {
        return judge.scores(reader().encodePairs(pairs)).stream()
                .map(scores -> Labels.of(reader().labels(), scores))
                .toList();
    }

    @Override
    public TextPair input(String text) {
        throw new IllegalArgumentException(task() + " takes two texts: name them sentence1 and sentence2");
    }

    @Override
    TextPair input(Fields fields) {
        return new TextPair(fields.text("sentence1", "premise"), fields.text("sentence2", "hypothesis"));
    }
}
