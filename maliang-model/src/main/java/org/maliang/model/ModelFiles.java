package org.maliang.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.model.gguf.GgufImport;
import org.maliang.model.megatron.MegatronModel;
import org.maliang.model.modelscope.ModelScopeDirectory;
import org.maliang.model.tensorflow.TensorFlowModel;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerFiles;
import org.maliang.tokenizer.chat.ChatTemplate;

/**
 * A model wherever it comes from, presented as a model directory of Hugging Face has it: such a directory itself, or one
 * with the shards of Megatron-LM (CPM-LM, AliceMind's GPT-3), a PALM or PLUG of ModelScope, a checkpoint of TensorFlow or
 * an {@code .npz} (GPT-Neo, OpenAI's GPT-2, CPM-LM-TF2, Google's BERT, T5), or a GGUF file.
 *
 * <pre>{@code
 * try (ModelFiles files = ModelFiles.open(Path.of("CPM-large"))) {
 *     Decoder decoder = Models.decoder(files, Placement.CPU);
 * }
 * }</pre>
 *
 * @param path as it was asked for
 * @param place where its other files are, such as the tokenizer's
 * @param config the configuration
 * @param generationConfig how it likes to write; may be empty
 * @param weights under Hugging Face's names; owned
 * @param tokenizer the tokenizer's files, which some forms hold inside
 * @param licence as the model card or the file states it; empty where it says nothing
 */
public record ModelFiles(
        Path path,
        Path place,
        ObjectNode config,
        ObjectNode generationConfig,
        Weights weights,
        TokenizerFiles tokenizer,
        String licence)
        implements AutoCloseable {

    /** Opens a model; only headers are read. */
    public static ModelFiles open(Path path) {
        return open(path, OptionalInt.empty());
    }

    /**
     * Opens a model whose files may not say how many heads its attention has.
     *
     * @param heads for files that do not say, such as CPM-LM's
     */
    public static ModelFiles open(Path path, OptionalInt heads) {
        if (isGguf(path)) {
            GgufImport file = GgufImport.of(Gguf.open(path));
            return new ModelFiles(
                    path,
                    path,
                    file.config(),
                    JsonNodeFactory.instance.objectNode(),
                    file.weights(),
                    file.tokenizer(),
                    file.licence());
        }
        boolean known = Models.knows(path);
        if (known && ModelDirectory.hasWeights(path)) {
            return of(ModelDirectory.open(path));
        }
        Optional<MegatronModel> megatron =
                known || !Files.isDirectory(path) ? Optional.empty() : MegatronModel.find(path, heads);
        if (megatron.isPresent()) {
            return foreign(path, path, megatron.get().config(), megatron.get().weights());
        }
        if (TensorFlowModel.isAt(path)) {
            TensorFlowModel model = TensorFlowModel.open(path, heads);
            return foreign(path, model.place(), model.config(), model.weights());
        }
        return of(ModelDirectory.open(path));
    }

    private static ModelFiles foreign(Path path, Path place, ObjectNode config, Weights weights) {
        return new ModelFiles(
                path,
                place,
                config,
                JsonNodeFactory.instance.objectNode(),
                weights,
                TokenizerFiles.at(place),
                ModelDirectory.licence(place));
    }

    /** The tokenizer of a model, or of a place that holds nothing else. */
    public static TokenizerFiles tokenizer(Path path) {
        if (!isGguf(path)) {
            return TokenizerFiles.at(path);
        }
        try (Gguf file = Gguf.open(path)) {
            return GgufImport.tokenizer(file);
        }
    }

    /** The chat template of a model: that of a directory, or the one that a file holds inside. */
    public static Optional<ChatTemplate> chatTemplate(Path path) {
        if (!isGguf(path)) {
            return ChatTemplate.load(path);
        }
        return Optional.of(tokenizer(path).setting("chat_template").asText(""))
                .filter(source -> !source.isEmpty())
                .map(ChatTemplate::of);
    }

    private static boolean isGguf(Path path) {
        return Files.isRegularFile(path) && path.toString().endsWith(".gguf");
    }

    private static ModelFiles of(ModelDirectory directory) {
        ModelScopeDirectory whole = ModelScopeDirectory.of(directory);
        return new ModelFiles(
                directory.path(),
                whole.place(),
                whole.config(),
                directory.generationConfig(),
                directory.weights(),
                TokenizerFiles.at(whole.place()),
                ModelDirectory.licence(whole.place()));
    }

    /**
     * Throws {@link ModelException} if a model cannot read what its tokenizer writes.
     *
     * @param open the {@linkplain #tokenizer() tokenizer} of the model
     * @param config the model's
     */
    public void requireRoom(Tokenizer open, ModelConfig config) {
        if (open.vocabularySize() > config.vocabularySize()) {
            throw new ModelException(path + ": the tokenizer has " + open.vocabularySize()
                    + " entries, config.json only " + config.vocabularySize() + ": the two do not belong together");
        }
    }

    /** The names of the tokenizer's files. */
    public List<String> tokenizerFiles() {
        return tokenizer.inside().isEmpty()
                ? ModelDirectory.tokenizerFiles(place)
                : List.copyOf(tokenizer.inside().keySet());
    }

    @Override
    public void close() {
        weights.close();
    }
}
