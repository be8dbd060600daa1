package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.maliang.model.EncoderInput;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.Frame;
import org.maliang.tokenizer.PlacedTokens;

/**
 * Answers questions with a part of a text. A text that is longer than the model reads is read in windows that overlap, each
 * behind the question, and the most probable answer of all counts (Devlin et al., arXiv:1810.04805, section 4.2).
 */
public final class QuestionAnswering extends ReadingPipeline<QuestionAnswering.Question, Answer> {

    private static final int LONGEST_QUESTION = 64; // tokens, as in Google's run_squad.py
    private static final int LONGEST_ANSWER = 64; // tokens
    private static final int OVERLAP = 128; // tokens
    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("question", Signature.Kind.TEXT),
                    new Signature.Key("context", Signature.Kind.TEXT),
                    new Signature.Key("text", Signature.Kind.TEXT)),
            List.of(List.of("question"), List.of("context", "text")),
            List.of("text", "score", "start", "end"),
            Map.of("question", "谁画了江南", "context", "马良神笔画江南"));

    private final org.maliang.model.head.QuestionAnswering model;

    /**
     * A question and the text that answers it.
     *
     * @param context not blank
     */
    public record Question(String question, String context) {

        public Question {
            if (context.isBlank()) {
                throw new IllegalArgumentException("there is no text to find an answer in: give a context");
            }
        }
    }

    /** A part of a context behind its question. */
    private record Part(int question, int start, int length, int place, Encoding encoding) {}

    QuestionAnswering(Task task, Reader reader) {
        super(task, SIGNATURE, reader);
        this.model = Heads.require(
                task,
                reader,
                org.maliang.model.head.QuestionAnswering.class,
                "a head that finds answers (…ForQuestionAnswering)");
    }

    /** The answer to a question. */
    public Answer run(String question, String context) {
        return run(new Question(question, context));
    }

    @Override
    public List<Answer> runAll(List<Question> questions) {
        List<PlacedTokens> contexts = questions.stream()
                .map(question -> reader().tokenizer().locate(question.context()))
                .toList();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            parts.addAll(parts(i, questions.get(i), contexts.get(i)));
        }
        List<float[]> scores = reader().read(parts.stream().map(Part::encoding).toList(), this::spans);
        Answer[] answers = new Answer[questions.size()];
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String text = questions.get(part.question()).context();
            Answer found = answer(part, scores.get(i), text, contexts.get(part.question()));
            Answer known = answers[part.question()];
            answers[part.question()] = known == null || found.score() > known.score() ? found : known;
        }
        return List.of(answers);
    }

    /** {@code [rows, 2, time]}: how likely an answer starts, and ends, at each token. */
    private Tensor spans(EncoderInput input) {
        var span = model.span(model.encoder().hidden(input), input);
        return Tensor.stack(List.of(span.start(), span.end()), 1);
    }

    private List<Part> parts(int index, Question question, PlacedTokens context) {
        Frame frame = reader().tokenizer().frame();
        int[] asked = reader().tokenizer().encode(question.question());
        int room = reader().room() - frame.pairSpecials();
        int[] cut = Arrays.copyOf(asked, Math.min(asked.length, Math.min(LONGEST_QUESTION, room / 2)));
        int size = room - cut.length;
        int step = size - Math.min(OVERLAP, size / 2);
        if (context.length() == 0) {
            throw new IllegalArgumentException("the tokenizer finds no token in the context of question " + index);
        }
        List<Part> parts = new ArrayList<>();
        for (int start = 0; ; start += step) {
            int length = Math.min(size, context.length() - start);
            int[] ids = Arrays.copyOfRange(context.ids(), start, start + length);
            parts.add(new Part(index, start, length, frame.secondStart(cut.length), frame.pair(cut, ids)));
            if (start + length == context.length()) {
                return parts;
            }
        }
    }

    /** The best start and end in a window; the first special token takes the share of windows that hold no answer. */
    private static Answer answer(Part part, float[] scores, String text, PlacedTokens context) {
        int width = scores.length / 2;
        double[] starts = shares(scores, 0, part);
        double[] ends = shares(scores, width, part);
        int first = 0;
        int last = 0;
        double best = -1;
        for (int i = 0; i < part.length(); i++) {
            for (int j = i; j < Math.min(part.length(), i + LONGEST_ANSWER); j++) {
                if (starts[i] * ends[j] > best) {
                    best = starts[i] * ends[j];
                    first = i;
                    last = j;
                }
            }
        }
        int from = context.starts()[part.start() + first];
        int to = Math.max(from, context.ends()[part.start() + last]);
        String span = text.substring(from, to);
        String stripped = span.strip();
        int begin = from + Math.max(0, span.indexOf(stripped));
        return new Answer(stripped, best, begin, begin + stripped.length());
    }

    private static double[] shares(float[] scores, int offset, Part part) {
        int none = part.place() > 0 ? 1 : 0;
        double[] seen = new double[none + part.length()];
        if (none == 1) {
            seen[0] = scores[offset];
        }
        for (int i = 0; i < part.length(); i++) {
            seen[none + i] = scores[offset + part.place() + i];
        }
        double[] shares = Judge.softmax(seen);
        return Arrays.copyOfRange(shares, none, shares.length);
    }

    @Override
    public Question input(String text) {
        throw new IllegalArgumentException(task() + " takes a question and a text: name them question and context");
    }

    @Override
    Question input(Fields fields) {
        return new Question(fields.text("question"), fields.text("context", "text"));
    }
}
