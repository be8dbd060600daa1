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
import org.maliang.tokenizer.TokenizerFiles;

/**
 * A model wherever it comes from, presented as a model directory of Hugging Face has it: such a directory itself, or one
 * with the shards of Megatron-LM (CPM-LM, AliceMind's GPT-3), or a GGUF file.
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
     * @param heads for files that do not say; CPM-LM's
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
        if (!Files.isDirectory(path) || Models.knows(path)) {
            return of(ModelDirectory.open(path));
        }
        Optional<MegatronModel> megatron = MegatronModel.find(path, heads);
        return megatron.map(model -> new ModelFiles(
                        path,
                        path,
                        model.config(),
                        JsonNodeFactory.instance.objectNode(),
                        model.weights(),
                        TokenizerFiles.at(path),
                        ModelDirectory.licence(path)))
                .orElseGet(() -> of(ModelDirectory.open(path)));
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

    private static boolean isGguf(Path path) {
        return Files.isRegularFile(path) && path.toString().endsWith(".gguf");
    }

    private static ModelFiles of(ModelDirectory directory) {
        return new ModelFiles(
                directory.path(),
                directory.place(),
                directory.config(),
                directory.generationConfig(),
                directory.weights(),
                TokenizerFiles.at(directory.place()),
                ModelDirectory.licence(directory.place()));
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
