package org.maliang.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.maliang.model.Model;
import org.maliang.model.Models;
import org.maliang.tensor.Threads;

/** Models whose tokens are one Chinese character each, so that texts spell ids. */
final class Characters {

    static final int SPECIALS = 5; // of BERT's vocabulary
    static final int SIZE = 40;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST = 0x4E00;

    private Characters() {}

    /** The text that ids spell. */
    static String text(int... ids) {
        return Arrays.stream(ids).mapToObj(id -> Character.toString(FIRST + id)).collect(Collectors.joining());
    }

    /** Writes a tokenizer that frames nothing: id {@code i} is the character of {@link #text}. */
    static void bare(Path directory, int size) throws IOException {
        ObjectNode vocabulary = JSON.createObjectNode();
        for (int id = 0; id < size; id++) {
            vocabulary.put(text(id), id);
        }
        ObjectNode json = (ObjectNode) JSON.readTree("""
                {"added_tokens": [], "normalizer": null, "post_processor": null, "decoder": {"type": "Fuse"},
                 "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[\\\\s\\\\S]"}, "behavior": "Isolated", "invert": false},
                 "model": {"type": "WordLevel", "unk_token": "%s"}}""".formatted(text(0)));
        ((ObjectNode) json.path("model")).set("vocab", vocabulary);
        Files.writeString(directory.resolve("tokenizer.json"), json.toString());
    }

    /** Writes BERT's kind of vocabulary: five special tokens, then the characters of {@link #text} from that id on. */
    static void framed(Path directory) throws IOException {
        List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        for (int id = SPECIALS; id < SIZE; id++) {
            words.add(text(id));
        }
        Files.write(directory.resolve("vocab.txt"), words);
    }

    /** Saves a random model of BERT's kind that reads 24 tokens, with {@link #framed} beside it. */
    static Path bert(Path directory, String architecture, String... labels) {
        try {
            ObjectNode config = (ObjectNode) JSON.readTree("""
                    {"model_type": "bert", "hidden_size": 15, "num_hidden_layers": 2, "num_attention_heads": 3,
                     "intermediate_size": 22, "max_position_embeddings": 24, "initializer_range": 0.5}""");
            return save(directory, config.put("vocab_size", SIZE), architecture, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Saves a random model of that configuration, with {@link #framed} beside it. */
    static Path save(Path directory, ObjectNode config, String architecture, String... labels) throws IOException {
        Threads.threads(1);
        config.putArray("architectures").add(architecture);
        ObjectNode names = config.putObject("id2label");
        for (int i = 0; i < labels.length; i++) {
            names.put(Integer.toString(i), labels[i]);
        }
        if (labels.length == 0) {
            config.remove("id2label");
        }
        Path place = Files.createTempDirectory(directory, "model");
        try (Model model = Models.create(config, 5)) {
            Models.save(model, place).write();
        }
        framed(place);
        return place;
    }
}
