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
 * A directory of AliceMind's PALM or PLUG as ModelScope publishes it. Its {@code config.json} may name the family in another
 * way or not at all, which {@code configuration.json} does ({@code model.type}). PALM keeps the encoder's configuration and
 * the tokenizer in a directory of their own, which the key {@code encoder_pth} names.
 *
 * <p>Made by their code's account of such directories (modelscope/models/nlp/palm_v2 and plug); none has been seen.
 *
 * @param config everything there is to say, the directory's own keys with the last word
 * @param place where the tokenizer's files are
 */
public record ModelScopeDirectory(ObjectNode config, Path place) {

    private static final String CONFIG = "config.json";
    private static final String TYPE = "model_type";
    private static final String PALM = "palm";
    private static final String PLUG = "plug";
    private static final List<String> ENCODER_FILES = List.of(CONFIG, "bert_config.json");

    /** The family of a directory, PALM and PLUG under their usual names; empty where nothing says it. */
    public static String family(Path directory) {
        if (!Files.isRegularFile(directory.resolve(CONFIG))) {
            return "";
        }
        String stated = ModelDirectory.json(directory, CONFIG).path(TYPE).asText("");
        return usual(stated.isEmpty() ? type(directory) : stated);
    }

    private static String usual(String stated) {
        return switch (stated) {
            case "palm-v2" -> PALM;
            default -> stated.startsWith("plug_nlg") ? PLUG : stated;
        };
    }

    /** The type that ModelScope's own file states, where it is one of ours. */
    private static String type(Path directory) {
        String name = "configuration.json";
        if (!Files.isRegularFile(directory.resolve(name))) {
            return "";
        }
        String stated =
                ModelDirectory.json(directory, name).path("model").path("type").asText("");
        return usual(stated).equals(PALM) || stated.equals(PLUG) ? stated : "";
    }

    /** Reads a directory; of other families it says what the directory itself does. */
    public static ModelScopeDirectory of(ModelDirectory directory) {
        ObjectNode own = directory.config();
        String family = family(directory.place());
        if (!family.equals(PALM)) {
            return new ModelScopeDirectory(family.isEmpty() ? own : own.put(TYPE, family), directory.place());
        }
        Optional<Path> encoder =
                encoder(directory.place(), own.path("encoder_pth").asText(""));
        ObjectNode config = encoder.flatMap(place -> ENCODER_FILES.stream()
                        .filter(name -> Files.isRegularFile(place.resolve(name)))
                        .findFirst()
                        .map(name -> ModelDirectory.json(place, name)))
                .orElseGet(JsonNodeFactory.instance::objectNode);
        for (Map.Entry<String, JsonNode> entry : own.properties()) {
            if (!entry.getValue().isNull()) {
                config.set(entry.getKey(), entry.getValue());
            }
        }
        boolean elsewhere = ModelDirectory.tokenizerFiles(directory.place()).isEmpty();
        Path place = encoder.filter(candidate ->
                        elsewhere && !ModelDirectory.tokenizerFiles(candidate).isEmpty())
                .orElse(directory.place());
        return new ModelScopeDirectory(config.put(TYPE, PALM), place);
    }

    /** The encoder's directory, if there is one below the model's. */
    private static Optional<Path> encoder(Path place, String named) {
        try {
            Path root = place.toAbsolutePath().normalize();
            Path encoder = root.resolve(named).normalize();
            boolean inside = encoder.startsWith(root) && !encoder.equals(root);
            return inside && Files.isDirectory(encoder) ? Optional.of(encoder) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty(); // it names something else, such as a model of a hub
        }
    }
}
