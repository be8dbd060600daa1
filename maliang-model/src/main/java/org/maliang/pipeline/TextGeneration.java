package org.maliang.pipeline;

import java.util.List;
import java.util.Map;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TextListener;

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
public final class TextGeneration extends Pipeline<String, GeneratedText> {

    private final Writer writer;
    private final String key;

    /** @param model owned from here on */
    TextGeneration(Task task, LanguageModel model) {
        super(task);
        this.writer = new Writer(model);
        this.key = switch (task) {
            case TRANSLATION, CODE_TRANSLATION -> "translation";
            case TEXT_ERROR_CORRECTION -> "output";
            default -> "text";
        };
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

    /** How the model likes to write. */
    public GenerationOptions defaults() {
        return writer.model().defaults();
    }

    /** Writes as the options say. */
    public GeneratedText run(String text, GenerationOptions options) {
        return run(text, options, (sample, piece) -> {});
    }

    /** Writes as the options say; the listener hears each text while it is written. */
    public GeneratedText run(String text, GenerationOptions options, TextListener listener) {
        return new GeneratedText(key, writer.write(text, options, listener));
    }

    @Override
    public List<GeneratedText> runAll(List<String> texts) {
        return runAll(texts, defaults());
    }

    /** Writes as the options say, all texts with the same seed. */
    public List<GeneratedText> runAll(List<String> texts, GenerationOptions options) {
        return writer.writeAll(texts, options).stream()
                .map(samples -> new GeneratedText(key, samples))
                .toList();
    }

    @Override
    public String input(String text) {
        return text;
    }

    /** Takes {@code text} or {@code sentence}. */
    @Override
    public String input(Map<String, ?> fields) {
        return Fields.text(task(), fields, "text", "sentence");
    }

    @Override
    public void close() {
        writer.close();
    }
}
