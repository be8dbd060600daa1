package org.maliang.pipeline;

import java.util.List;
import java.util.Map;

/**
 * Puts labels on pairs of texts: {@code nli} (does the second follow from the first?), {@code sentence-similarity} (do they
 * mean the same?). Where a pair is longer than the model reads, the longer text is cut.
 */
public final class PairClassification extends ReadingPipeline<TextPair, Labels> {

    private final Judge judge;

    PairClassification(Task task, Reader reader) {
        super(task, reader);
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

    /** Takes {@code sentence1} and {@code sentence2}, or {@code premise} and {@code hypothesis}. */
    @Override
    public TextPair input(Map<String, ?> fields) {
        Fields read = Fields.of(task(), fields, "sentence1", "sentence2", "premise", "hypothesis");
        return new TextPair(read.text("sentence1", "premise"), read.text("sentence2", "hypothesis"));
    }
}
