package org.maliang.pipeline;

import java.util.List;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.generate.Sample;

/**
 * Writes: after a text by a decoder, about it by an encoder-decoder. The tasks {@code text-generation},
 * {@code code-generation}, {@code text2text-generation}, {@code text-summarization}, {@code translation},
 * {@code code-translation} and {@code text-error-correction} are the same but for the name of the output; all but the first
 * two need a model that writes about a text. What the model wants said before the text, such as
 * {@code translate English to German: }, the text says.
 *
 * <pre>{@code
 * try (var brush = Pipelines.textGeneration(Path.of("models/poet"))) {
 *     brush.run("春江花月夜", brush.defaults().withSeed(7), (sample, piece) -> System.out.print(piece));
 * }
 * }</pre>
 */
public final class TextGeneration extends WritingPipeline<String, GeneratedText> {

    private final String key;

    /** @param model owned from here on */
    TextGeneration(Task task, LanguageModel model) {
        this(task, model, new ModelWriter(model));
        boolean continues = task == Task.TEXT_GENERATION || task == Task.CODE_GENERATION;
        if (!continues && !(model.model() instanceof EncoderDecoder)) {
            throw new UnsupportedModelException(
                    task + " needs a model that writes about a text, such as T5, BART or PALM;"
                            + " the " + model.model().config().family()
                            + " model continues texts: take text-generation, or chat where it has a chat template");
        }
        if (task == Task.TRANSLATION && model.model().config().family().equals("mbart")) {
            throw new UnsupportedModelException(
                    "translation by mBART lacks the code of its language behind the source, which"
                            + " is not written yet: choose T5 or BART");
        }
    }

    private TextGeneration(Task task, LanguageModel model, Writer writer) {
        super(task, Signature.text("春江花月夜", key(task), "samples"), model, writer);
        this.key = key(task);
    }

    private static String key(Task task) {
        return switch (task) {
            case TRANSLATION, CODE_TRANSLATION -> "translation";
            case TEXT_ERROR_CORRECTION -> "output";
            default -> "text";
        };
    }

    @Override
    public TextGeneration by(Writer other) {
        return new TextGeneration(task(), model(), other);
    }

    @Override
    String prompt(String text) {
        return text;
    }

    @Override
    GeneratedText output(String text, List<Sample> samples) {
        return new GeneratedText(key, samples);
    }

    @Override
    public String input(String text) {
        return text;
    }

    @Override
    String input(Fields fields) {
        return fields.text("text", "sentence");
    }
}
