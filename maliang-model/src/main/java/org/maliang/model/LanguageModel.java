package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TextGenerator;
import org.maliang.tensor.Scope;
import org.maliang.tokenizer.Tokenizer;

/**
 * What a model directory holds: decoder, tokenizer and the way the model likes to write.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(Path.of("models/poet"))) {
 *     String text = model.generator().write("春江花月夜", model.defaults()).get(0).text();
 * }
 * }</pre>
 *
 * <p>Owns decoder and tokenizer.
 */
public final class LanguageModel implements AutoCloseable {

    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final GenerationOptions defaults;

    private LanguageModel(Decoder decoder, Tokenizer tokenizer, GenerationOptions defaults) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.defaults = defaults;
    }

    /** Loads a directory, in 32-bit floats on the CPU. */
    public static LanguageModel load(Path directory) {
        return load(directory, Placement.CPU);
    }

    /**
     * Loads a directory.
     *
     * @throws ModelException if decoder and tokenizer do not belong together
     */
    public static LanguageModel load(Path directory, Placement placement) {
        ModelDirectory opened = ModelDirectory.open(directory);
        JsonNode config = opened.config();
        GenerationOptions defaults = GenerationDefaults.of(opened.generationConfig());
        Tokenizer tokenizer = Tokenizer.load(opened.place());
        try {
            Decoder decoder = Scope.unowned(() -> Models.decoder(opened, config, placement));
            int rows = decoder.config().vocabularySize();
            if (tokenizer.vocabularySize() > rows) {
                decoder.close();
                throw new ModelException(directory + ": the tokenizer has " + tokenizer.vocabularySize()
                        + " entries, config.json only " + rows + ": the two do not belong together");
            }
            return new LanguageModel(decoder, tokenizer, defaults);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    public Decoder decoder() {
        return decoder;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    public TextGenerator generator() {
        return new TextGenerator(decoder, tokenizer);
    }

    /** What {@code generation_config.json} recommends, {@link GenerationOptions#defaults()} where it is silent. */
    public GenerationOptions defaults() {
        return defaults;
    }

    @Override
    public void close() {
        decoder.close();
        tokenizer.close();
    }
}
