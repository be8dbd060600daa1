package org.maliang.model.modelscope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.ModelDirectory;

/**
 * A PALM's directory as one configuration. Published ones keep the encoder's in a directory that the key
 * {@code encoder_pth} names, with the tokenizer's files, and need not say {@code model_type} themselves, since ModelScope's
 * {@code configuration.json} says it ({@code model.type}).
 *
 * <p>Made by their code's account of such directories (modelscope/models/nlp/palm_v2); none has been seen.
 *
 * @param config everything; the directory's own keys have the last word
 * @param place where the tokenizer's files are
 */
public record PalmDirectory(ObjectNode config, Path place) {

    private static final String TYPE = "model_type";
    private static final String PALM = "palm";
    private static final List<String> ENCODER_FILES = List.of("config.json", "bert_config.json");

    /** Reads a directory; empty if it is not a PALM's. */
    public static Optional<PalmDirectory> find(ModelDirectory directory) {
        ObjectNode own = directory.config();
        if (!own.path(TYPE).asText(type(directory)).equals(PALM)) {
            return Optional.empty();
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        Path place = directory.place();
        for (Path candidate :
                encoders(directory.place(), own.path("encoder_pth").asText(""))) {
            for (String name : ENCODER_FILES) {
                if (Files.isRegularFile(candidate.resolve(name)) && config.isEmpty()) {
                    config.setAll(ModelDirectory.json(candidate, name));
                }
            }
            if (ModelDirectory.tokenizerFiles(directory.place()).isEmpty()
                    && !ModelDirectory.tokenizerFiles(candidate).isEmpty()) {
                place = candidate;
            }
        }
        for (Map.Entry<String, JsonNode> entry : own.properties()) {
            if (!entry.getValue().isNull()) {
                config.set(entry.getKey(), entry.getValue());
            }
        }
        return Optional.of(new PalmDirectory(config.put(TYPE, PALM), place));
    }

    /** The type that ModelScope's own file states, as {@code palm-v2}. */
    private static String type(ModelDirectory directory) {
        String name = "configuration.json";
        if (!Files.isRegularFile(directory.file(name))) {
            return "";
        }
        String stated = directory.json(name).path("model").path("type").asText("");
        return stated.startsWith(PALM) ? PALM : stated;
    }

    /** The encoder's directory, if there is one below the model's. */
    private static List<Path> encoders(Path place, String named) {
        try {
            Path root = place.toAbsolutePath().normalize();
            Path encoder = root.resolve(named).normalize();
            boolean inside = encoder.startsWith(root) && !encoder.equals(root);
            return inside && Files.isDirectory(encoder) ? List.of(encoder) : List.of();
        } catch (InvalidPathException e) {
            return List.of(); // it names something else, such as a model of a hub
        }
    }
}
