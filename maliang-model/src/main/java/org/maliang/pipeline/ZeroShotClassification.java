package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tokenizer.Encoding;

/**
 * Puts labels on texts that no model was trained for: a model of natural language inference tells how far a hypothesis
 * about each label follows from the text (Yin et al., arXiv:1909.00161).
 */
public final class ZeroShotClassification extends ReadingPipeline<ZeroShotClassification.Question, Labels> {

    private static final String BLANK = "{}";
    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("text", Signature.Kind.TEXT),
                    new Signature.Key("sentence", Signature.Kind.TEXT),
                    new Signature.Key("candidate_labels", Signature.Kind.TEXTS),
                    new Signature.Key("hypothesis_template", Signature.Kind.TEXT),
                    new Signature.Key("multi_label", Signature.Kind.SWITCH)),
            List.of(List.of("text", "sentence"), List.of("candidate_labels")),
            List.of("labels", "scores"),
            Map.of("text", "国足今晚主场迎战", "candidate_labels", List.of("体育", "财经", "文化")));

    private final Judge judge;
    private final int follows;
    private final OptionalInt contradicts;

    /**
     * What is asked.
     *
     * @param labels one or more
     * @param template the hypothesis, with <code>{}</code> where the label stands
     * @param many whether any number of labels may hold; else the scores sum up to 1
     */
    public record Question(String text, List<String> labels, String template, boolean many) {

        public Question {
            labels = List.copyOf(labels);
            if (labels.isEmpty()) {
                throw new IllegalArgumentException("there is no label to choose from: give candidate_labels");
            }
            if (!template.contains(BLANK)) {
                throw new IllegalArgumentException("the hypothesis \"" + template + "\" has no {} for the label");
            }
        }
    }

    ZeroShotClassification(Task task, Reader reader) {
        super(task, SIGNATURE, reader);
        this.judge = Judge.of(task, reader);
        this.follows = find(reader.labels(), "entail", "蕴含")
                .orElseThrow(() ->
                        new UnsupportedModelException(task + " needs a model of natural language inference, one of"
                                + " whose labels is entailment; those of this one are " + reader.labels()));
        this.contradicts = find(reader.labels(), "contradict", "矛盾");
    }

    private static OptionalInt find(List<String> labels, String english, String chinese) {
        return IntStream.range(0, labels.size())
                .filter(i -> labels.get(i).toLowerCase(Locale.ROOT).startsWith(english)
                        || labels.get(i).contains(chinese))
                .findFirst();
    }

    /** The labels of a text, of which one holds; each is a hypothesis by itself. */
    public Labels run(String text, List<String> labels) {
        return run(new Question(text, labels, BLANK, false));
    }

    @Override
    public List<Labels> runAll(List<Question> questions) {
        List<TextPair> pairs = new ArrayList<>();
        for (Question question : questions) {
            question.labels()
                    .forEach(label -> pairs.add(
                            new TextPair(question.text(), question.template().replace(BLANK, label))));
        }
        List<Encoding> encoded = reader().encodePairs(pairs);
        List<float[]> logits = judge.logits(encoded);
        List<Labels> results = new ArrayList<>();
        int from = 0;
        for (Question question : questions) {
            int to = from + question.labels().size();
            results.add(Labels.of(question.labels(), scores(logits.subList(from, to), question.many())));
            from = to;
        }
        return results;
    }

    private double[] scores(List<float[]> logits, boolean many) {
        if (!many) {
            return Judge.softmax(
                    logits.stream().mapToDouble(row -> row[follows]).toArray());
        }
        int against = contradicts.orElseThrow(() -> new UnsupportedModelException(task()
                + ": many labels at once need a model one of whose labels is contradiction; those of this one are "
                + reader().labels()));
        return logits.stream()
                .mapToDouble(row -> Judge.softmax(row[against], row[follows])[1])
                .toArray();
    }

    @Override
    public Question input(String text) {
        throw new IllegalArgumentException(task() + " takes a text and labels: name them text and candidate_labels");
    }

    @Override
    Question input(Fields fields) {
        return new Question(
                fields.text("text", "sentence"),
                fields.texts("candidate_labels"),
                fields.optionalText("hypothesis_template").orElse(BLANK),
                fields.flag("multi_label", false));
    }
}
