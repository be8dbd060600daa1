package org.maliang.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.model.Decoder;
import org.maliang.model.Model;
import org.maliang.model.Models;
import org.maliang.train.TokenizerTraining;
import org.maliang.train.data.Document;
import org.maliang.train.recipe.TokenizerSource;

/** A model that knows some characters and nothing about poetry. */
final class TinyModel {
    static final String TEXT = "春江潮水连海平，海上明月共潮生。\n滟滟随波千万里，何处春江无月明？\n马良神笔画江南，一枝红杏出墙来！\n";

    private TinyModel() {}

    static Path write(Path directory) {
        var wanted = new TokenizerSource.Trained(TokenizerSource.Kind.CHARACTER, 400, List.of("<|七言绝句|>", "<|五言绝句|>"));
        new TokenizerTraining(wanted)
                .into(directory, Stream.of(new Document(TEXT.repeat(3))), (stage, done, total) -> {});
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2").put("vocab_size", 400).put("n_positions", 128);
        config.put("n_embd", 16).put("n_layer", 2).put("n_head", 2);
        config.put("bos_token_id", 0).put("eos_token_id", 0);
        ObjectNode defaults = JsonNodeFactory.instance.objectNode().put("max_new_tokens", 12);
        Path model = directory.resolve("model");
        try (Decoder decoder = Models.decoder(config, 1)) {
            Models.save(decoder, model)
                    .generationConfig(defaults)
                    .tokenizerFrom(directory)
                    .write();
        }
        return model;
    }

    /** A PLUG with BERT's kind of vocabulary. */
    static Path writePlug(Path directory) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "plug").put("max_position_embeddings", 512);
        config.put("num_hidden_layers", 1).put("dec_hidden_layers", 1);
        config.put("bos_token_id", 2).put("eos_token_id", 3);
        return withWords(directory, "plug", config);
    }

    /** A BERT that tells good from bad. */
    static Path writeClassifier(Path directory) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "bert").put("num_hidden_layers", 1).put("initializer_range", 0.5);
        config.putArray("architectures").add("BertForSequenceClassification");
        config.putObject("id2label").put("0", "bad").put("1", "good");
        return withWords(directory, "classifier", config);
    }

    /** A model with BERT's kind of vocabulary. */
    private static Path withWords(Path directory, String name, ObjectNode config) {
        Path model = directory.resolve(name);
        List<String> entries = Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                        TEXT.codePoints()
                                .filter(Character::isIdeographic)
                                .mapToObj(Character::toString)
                                .distinct())
                .toList();
        config.put("vocab_size", 64)
                .put("hidden_size", 16)
                .put("num_attention_heads", 2)
                .put("intermediate_size", 20);
        try (Model created = Models.create(config, 1)) {
            Files.write(directory.resolve("vocab.txt"), entries);
            Models.save(created, model).copy(directory.resolve("vocab.txt")).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return model;
    }
}
