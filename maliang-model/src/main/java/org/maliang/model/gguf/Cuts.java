package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How byte-level tokenizers cut text before they merge: llama.cpp knows a list of regular expressions by name. */
final class Cuts {
    /** llama.cpp's name for "something". */
    static final String UNKNOWN = "default";

    private static final String GPT2 = "gpt-2";

    private static final Map<String, String> EXPRESSIONS = Map.of(
            "llama-bpe",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "qwen2",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "bloom",
            " ?[^(\\s|[.,!?…。，、।۔،])]+");

    private Cuts() {}

    /** The name of what a {@code pre_tokenizer} does. */
    static String name(JsonNode preTokenizer) {
        List<JsonNode> splits = TokenizerJson.parts(preTokenizer).stream()
                .filter(part -> part.path("type").asText().equals("Split"))
                .toList();
        List<JsonNode> byteLevels = TokenizerJson.parts(preTokenizer).stream()
                .filter(part -> part.path("type").asText().equals("ByteLevel"))
                .toList();
        boolean byteLevelCuts =
                byteLevels.stream().anyMatch(part -> part.path("use_regex").asBoolean(true));
        if (splits.isEmpty()) {
            return byteLevelCuts ? GPT2 : UNKNOWN;
        }
        String expression = splits.get(0).path("pattern").path("Regex").asText();
        boolean plain = splits.size() == 1 && !byteLevelCuts;
        return EXPRESSIONS.entrySet().stream()
                .filter(entry -> plain && entry.getValue().equals(expression))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** The {@code pre_tokenizer} of a name, if it is one of these. */
    static Optional<ObjectNode> preTokenizer(String name) {
        ObjectNode byteLevel = node("ByteLevel").put("add_prefix_space", false).put("trim_offsets", true);
        if (name.equals(GPT2)) {
            return Optional.of(byteLevel.put("use_regex", true));
        }
        return Optional.ofNullable(EXPRESSIONS.get(name)).map(expression -> {
            ObjectNode split = node("Split");
            split.putObject("pattern").put("Regex", expression);
            split.put("behavior", "Isolated").put("invert", false);
            ObjectNode both = node("Sequence");
            both.putArray("pretokenizers").add(split).add(byteLevel.put("use_regex", false));
            return both;
        });
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
