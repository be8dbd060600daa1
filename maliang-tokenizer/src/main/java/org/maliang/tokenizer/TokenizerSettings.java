package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What the small files beside a vocabulary say: the class that transformers reads it with, its options and the tokens
 * they add ({@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json}, and the model type
 * of {@code config.json}).
 */
final class TokenizerSettings {
    static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    static final String CONFIG = "tokenizer_config.json";
    private static final String ROLES_FILE = "special_tokens_map.json";
    private static final String ADDED = "added_tokens.json";
    private static final String DECODER = "added_tokens_decoder";
    private static final String JIEBA = "JiebaBPETokenizer";

    private final ObjectNode config;
    private final ObjectNode roles; // special_tokens_map.json
    private final ObjectNode added; // added_tokens.json
    private final String modelType;
    private final boolean cutsWords;
    private final Path directory;

    /** @param files the object in the file of a name, an empty one if there is no such file */
    TokenizerSettings(Path directory, Function<String, ObjectNode> files) {
        this.directory = directory;
        this.config = files.apply(CONFIG);
        this.roles = files.apply(ROLES_FILE);
        this.added = files.apply(ADDED);
        this.modelType = files.apply("config.json").path("model_type").asText();
        boolean megatron = files.apply("configuration.json").has("megatron"); // of ModelScope
        this.cutsWords = megatron || tokenizerClass().equals(JIEBA);
    }

    /** What is true of a vocabulary with no other files beside it. */
    static TokenizerSettings none(Path directory) {
        return new TokenizerSettings(directory, name -> Json.object());
    }

    Path directory() {
        return directory;
    }

    /** The class of transformers, without {@code Fast}; empty if no file names one. */
    String tokenizerClass() {
        String name = config.path("tokenizer_class").asText();
        return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
    }

    /** {@code model_type} of {@code config.json}, or empty. */
    String modelType() {
        return modelType;
    }

    JsonNode option(String name) {
        return config.path(name);
    }

    boolean flag(String name, boolean otherwise) {
        return config.path(name).asBoolean(otherwise);
    }

    /** Whether jieba cuts the text into words first, as AliceMind's {@code JiebaBPETokenizer} does. */
    boolean cutsWords() {
        return cutsWords;
    }

    /** Whether special tokens that the text spells are text like any other. */
    boolean splitsSpecialTokens() {
        return flag("split_special_tokens", false);
    }

    /** The token that plays a role such as {@code bos_token}. */
    Optional<String> token(String role) {
        for (JsonNode source : List.of(config, roles)) {
            JsonNode node = source.path(role);
            String content = node.isObject() ? node.path("content").asText() : node.isTextual() ? node.asText() : "";
            if (!content.isEmpty()) {
                return Optional.of(content);
            }
        }
        return Optional.empty();
    }

    /** Tokens that the files add to the vocabulary or mark as special: those with an id first, by id. */
    List<AddedToken> addedTokens() {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        JsonNode decoder = config.path(DECODER);
        decoder.properties().forEach(entry -> {
            AddedToken token = AddedToken.of(entry.getValue(), id(entry.getKey()), false);
            tokens.put(token.content(), token);
        });
        Map<String, AddedToken> special = new LinkedHashMap<>();
        for (JsonNode source : List.of(roles, config)) {
            for (String role : ROLES) {
                collect(source.path(role), special);
            }
            source.path("additional_special_tokens").forEach(node -> collect(node, special));
        }
        added.properties().forEach(entry -> {
            boolean isSpecial = special.containsKey(entry.getKey());
            AddedToken token = new AddedToken(
                    entry.getKey(), entry.getValue().asInt(), isSpecial, false, false, false, !isSpecial);
            tokens.putIfAbsent(token.content(), token);
        });
        List<AddedToken> sorted = new ArrayList<>(tokens.values());
        sorted.sort((a, b) -> Integer.compare(a.id(), b.id()));
        special.values().stream()
                .filter(token -> !tokens.containsKey(token.content()))
                .forEach(sorted::add);
        return sorted;
    }

    /** The files that say all this, where ids of added tokens are those that {@code ids} gives to their spelling. */
    Map<String, byte[]> renumbered(ToIntFunction<String> ids) {
        ObjectNode newConfig = config.deepCopy();
        if (config.path(DECODER).isObject()) {
            ObjectNode decoder = newConfig.putObject(DECODER);
            for (JsonNode token : config.path(DECODER)) {
                String content = token.path("content").asText();
                if (!content.isEmpty()) {
                    decoder.set(String.valueOf(ids.applyAsInt(content)), token);
                }
            }
        }
        if (cutsWords) {
            newConfig.put("tokenizer_class", JIEBA);
        }
        ObjectNode newAdded = Json.object();
        added.properties().stream()
                .map(Map.Entry::getKey)
                .filter(token -> !token.isEmpty())
                .forEach(token -> newAdded.put(token, ids.applyAsInt(token)));
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map.of(CONFIG, newConfig, ROLES_FILE, roles, ADDED, newAdded).forEach((name, content) -> {
            if (!content.isEmpty()) {
                files.put(name, Json.pretty(content));
            }
        });
        return files;
    }

    private static void collect(JsonNode node, Map<String, AddedToken> into) {
        if (node.isTextual() || node.isObject()) {
            AddedToken token = AddedToken.of(node, AddedToken.UNSET, true);
            into.putIfAbsent(token.content(), token);
        }
    }

    private static int id(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw new TokenizerException("added_tokens_decoder of tokenizer_config.json has the id '" + key + "'", e);
        }
    }
}
