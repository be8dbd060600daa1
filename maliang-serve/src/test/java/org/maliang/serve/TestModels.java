package org.maliang.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.checkpoint.Fixtures;
import org.maliang.model.Model;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;

/** Model directories for tests: small random ones, whose vocabulary is all bytes and some characters, and the poet. */
public final class TestModels {

    /** Every character of the random models' vocabulary that is no byte. */
    public static final String TEXT = "床前明月光，疑是地上霜。举头望明月，低头思故乡。";

    private static final String TEMPLATE =
            "{% for message in messages %}<{{ message.role }}>{{ message.content }}\n{% endfor %}<assistant>";

    private TestModels() {}

    /** Continues texts, of up to 4096 tokens; was not trained to chat. */
    public static Path decoder(Path parent) {
        return save(decoderConfig(), parent, "tiny", Json.object());
    }

    /** The same, and takes part in conversations. */
    public static Path chat(Path parent) {
        return save(decoderConfig(), parent, "tiny-chat", Json.object().put("chat_template", TEMPLATE));
    }

    /** Writes about texts. */
    public static Path encoderDecoder(Path parent) {
        ObjectNode config = Json.object()
                .put("model_type", "t5")
                .put("d_model", 18)
                .put("d_kv", 5)
                .put("num_heads", 3)
                .put("d_ff", 20)
                .put("num_layers", 2);
        return save(config, parent, "tiny-t5", Json.object());
    }

    /**
     * A BERT with a head and its labels, which reads characters of {@link #TEXT} and up to 24 tokens.
     *
     * @param architecture as {@code config.json} has it: {@code BertForSequenceClassification} …
     */
    public static Path bert(Path parent, String architecture, String... labels) {
        ObjectNode config = Json.object()
                .put("model_type", "bert")
                .put("hidden_size", 15)
                .put("num_hidden_layers", 2)
                .put("num_attention_heads", 3)
                .put("intermediate_size", 22)
                .put("max_position_embeddings", 24)
                .put("initializer_range", 0.5);
        config.putArray("architectures").add(architecture);
        for (int i = 0; i < labels.length; i++) {
            config.withObject("id2label").put(Integer.toString(i), labels[i]);
        }
        Stream<String> specials = Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
        List<String> entries = Stream.concat(
                        specials,
                        TEXT.codePoints().mapToObj(Character::toString).distinct())
                .toList();
        try {
            Path place = Files.createTempDirectory(parent, "bert");
            Path vocabulary = Files.write(parent.resolve("vocab.txt"), entries);
            try (Model model = Models.create(config.put("vocab_size", entries.size()), 5)) {
                Models.save(model, place).copy(vocabulary).write();
            }
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The model that comes with Maliang. */
    public static Path poet() {
        return Fixtures.above("models/poet");
    }

    /** Serves a model at any port, to few at once, and closes soon. */
    public static ServerOptions options(Path model) {
        return ServerOptions.of(model)
                .withPlacement(Placement.CPU.forInference())
                .at("127.0.0.1", 0)
                .taking(8, 64, 64 << 20)
                .within(Duration.ofSeconds(60), Duration.ofSeconds(5));
    }

    private static ObjectNode decoderConfig() {
        return Json.object()
                .put("model_type", "gpt2")
                .put("n_positions", 4096)
                .put("n_embd", 24)
                .put("n_layer", 2)
                .put("n_head", 3)
                .put("initializer_range", 0.25)
                .put("bos_token_id", 0)
                .put("eos_token_id", 0);
    }

    private static Path save(ObjectNode config, Path parent, String name, ObjectNode tokenizerConfig) {
        Path tokenizer = parent.resolve(name + "-tokenizer");
        TokenizerTrainer.characters(TrainingOptions.of(300).withMinFrequency(1))
                .train(List.of(TEXT).stream())
                .write(tokenizer);
        Path directory = parent.resolve(name);
        try (Model model = Models.create(config.put("vocab_size", 300), 3)) {
            var writer = Models.save(model, directory).tokenizerFrom(tokenizer);
            (tokenizerConfig.isEmpty() ? writer : writer.json("tokenizer_config.json", tokenizerConfig)).write();
        }
        return directory;
    }
}
