package org.maliang.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Problem;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.DecoderClassifier;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Encoding;

/** Judges texts by a model with a classifier of whole texts. Owns nothing. */
final class Judge {

    private final Reader reader;
    private final Function<EncoderInput, Tensor> head;

    private Judge(Reader reader, Function<EncoderInput, Tensor> head) {
        this.reader = reader;
        this.head = head;
    }

    /** @throws UnsupportedModelException if the model has no such head */
    static Judge of(Task task, Reader reader) {
        if (reader.model() instanceof Classifier model
                && model.encoder().tokenEmbedding().isPresent()) {
            return new Judge(reader, input -> model.logits(model.encoder().hidden(input), input));
        }
        if (reader.model() instanceof DecoderClassifier model) {
            return new Judge(reader, input -> model.logits(Input.of(input.requiredIds())));
        }
        if (reader.model() instanceof EncoderDecoderClassifier model) {
            return new Judge(reader, model::logits);
        }
        throw Heads.lacking(task, reader, "a classifier of texts (…ForSequenceClassification)");
    }

    /** Whether there is a model of this kind. */
    static boolean suits(Reader reader) {
        return reader.model() instanceof Classifier
                || reader.model() instanceof DecoderClassifier
                || reader.model() instanceof EncoderDecoderClassifier;
    }

    /** What the head says of each text, label by label. */
    List<float[]> logits(List<Encoding> texts) {
        return reader.read(texts, head);
    }

    /** How far each label holds; see {@link Labels}. */
    List<double[]> scores(List<Encoding> texts) {
        return logits(texts).stream().map(this::scores).toList();
    }

    private double[] scores(float[] logits) {
        Problem problem = reader.problem().orElse(logits.length == 1 ? Problem.MANY_LABELS : Problem.ONE_LABEL);
        return switch (problem) {
            case REGRESSION -> doubles(logits);
            case MANY_LABELS ->
                Arrays.stream(doubles(logits))
                        .map(score -> 1 / (1 + Math.exp(-score)))
                        .toArray();
            case ONE_LABEL -> softmax(doubles(logits));
        };
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    /** The distribution that belongs to scores. */
    static double[] softmax(double... scores) {
        double most = Arrays.stream(scores).max().orElseThrow();
        double[] shares =
                Arrays.stream(scores).map(score -> Math.exp(score - most)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }
}
