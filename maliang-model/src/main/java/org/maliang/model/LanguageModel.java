package org.maliang.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.model.engine.Engine;
import org.maliang.model.engine.EngineSettings;
import org.maliang.model.engine.EngineWriter;
import org.maliang.model.engine.Speculation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenWriter;
import org.maliang.tensor.Scope;
import org.maliang.tokenizer.Tokenizer;

/**
 * What a model directory, or a GGUF file, holds: a model that writes, its tokenizer and the way it likes to write.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(Path.of("models/poet"))) {
 *     String text = model.generator().write("春江花月夜", model.defaults()).get(0).text();
 * }
 * }</pre>
 *
 * <p>Owns model and tokenizer.
 */
public final class LanguageModel implements AutoCloseable {

    /** What either file may say of a target's fixed tokens; {@code generation_config.json} has the last word. */
    private static final List<String> FIXED_TOKENS =
            List.of("decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id");

    private final Model model; // a Decoder or an EncoderDecoder
    private final Tokenizer tokenizer;
    private final GenerationOptions defaults;

    private LanguageModel(Model model, Tokenizer tokenizer, GenerationOptions defaults) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.defaults = defaults;
    }

    /** Loads a model for inference on the CPU, with weights in the form that suits its files. */
    public static LanguageModel load(Path path) {
        return load(path, Placement.CPU.forInference());
    }

    /**
     * Loads a model in any form that {@link ModelFiles} opens.
     *
     * @throws ModelException if model and tokenizer do not belong together
     */
    public static LanguageModel load(Path path, Placement placement) {
        try (ModelFiles files = ModelFiles.open(path)) {
            ObjectNode wishes = files.generationConfig();
            ObjectNode config = files.config();
            FIXED_TOKENS.stream().filter(wishes::hasNonNull).forEach(key -> config.set(key, wishes.get(key)));
            Tokenizer tokenizer = files.tokenizer().open();
            try {
                Model model = Scope.unowned(() -> Models.writer(Models.load(files, placement)));
                try {
                    files.requireRoom(tokenizer, model.config());
                    return new LanguageModel(model, tokenizer, defaults(model, wishes, config));
                } catch (RuntimeException e) {
                    model.close();
                    throw e;
                }
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    /** Before there was a file of its own for them, {@code config.json} held the wishes of models that write about sources. */
    private static GenerationOptions defaults(Model model, ObjectNode wishes, ObjectNode config) {
        if (!(model.config() instanceof EncoderDecoderConfig about)) {
            return GenerationDefaults.of(wishes);
        }
        return GenerationDefaults.aboutSources(Stream.of(wishes, about.wishes())
                .filter(stated -> !stated.isEmpty())
                .findFirst()
                .orElse(config));
    }

    /** The model; {@link UnsupportedModelException} where it writes about sources instead of continuing prompts. */
    public Decoder decoder() {
        if (model instanceof Decoder decoder) {
            return decoder;
        }
        throw new UnsupportedModelException("the " + model.config().family()
                + " model writes about a source text and continues none: choose a decoder");
    }

    /** The model, whatever its kind. */
    public Model model() {
        return model;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Writes without guesses. */
    public TextGenerator generator() {
        return generator(Speculation.NONE);
    }

    /**
     * Writes by an {@linkplain EngineWriter engine}, or, what writes about a source, by a {@code TokenGenerator}.
     *
     * @param speculation how the next tokens of a decoder are guessed, which changes the speed only
     */
    public TextGenerator generator(Speculation speculation) {
        return model instanceof EncoderDecoder about
                ? new TextGenerator(about, tokenizer)
                : new TextGenerator(decoder(), tokenizer, tokens -> new EngineWriter(decoder(), tokens, speculation));
    }

    /**
     * Lets something else write, such as an {@linkplain #engine engine}: its prompts are what the model reads. Beams stay the
     * model's.
     */
    public TextGenerator generator(TokenWriter writer) {
        return model instanceof EncoderDecoder about
                ? new TextGenerator(about, tokenizer, writer)
                : new TextGenerator(decoder(), tokenizer, tokens -> writer);
    }

    /**
     * An engine that writes with this model, which is made ready for many texts; the caller closes it first.
     *
     * @param texts the most that are written at once
     * @param bytes the most that keys and values take, as long as one text fits
     * @param queue the most requests that are accepted and not finished
     */
    public Engine engine(int texts, long bytes, int queue) {
        model.ready();
        int choosable = tokenizer.vocabularySize();
        return model instanceof EncoderDecoder about
                ? new Engine(
                        about,
                        choosable,
                        EngineSettings.within(about, texts, bytes).withQueue(queue))
                : new Engine(
                        decoder(),
                        new TokenGenerator(decoder()).choosingBelow(choosable),
                        EngineSettings.within(decoder(), texts, bytes).withQueue(queue));
    }

    /** What {@code generation_config.json} recommends, {@link GenerationOptions#defaults()} where it is silent. */
    public GenerationOptions defaults() {
        return defaults;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
