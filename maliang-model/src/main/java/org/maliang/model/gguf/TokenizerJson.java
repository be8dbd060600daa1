package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.maliang.tokenizer.sentencepiece.PieceType;

/** What a {@code tokenizer.json} says, as far as it is needed here. */
final class TokenizerJson {
    private TokenizerJson() {}

    /** The type of an entry of a vocabulary that spells bytes {@code <0x00>} to {@code <0xFF>}. */
    static PieceType type(String token) {
        return token.matches("<0x[0-9A-F]{2}>") ? PieceType.BYTE : PieceType.NORMAL;
    }

    /** An entry of {@code added_tokens}, without its id. */
    static ObjectNode added(String content, boolean special) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
    }

    /** Two tokens that become one. */
    record Merge(String left, String right) {
        String joined() {
            return left + right;
        }

        String text() {
            return left + " " + right;
        }
    }

    /** The merges of a BPE, in their order; files have them as pairs or, older ones, as texts with a space between. */
    static List<Merge> merges(JsonNode model) {
        List<Merge> merges = new ArrayList<>();
        for (JsonNode merge : model.path("merges")) {
            String text = merge.asText();
            int space = text.indexOf(' ', 1);
            if (merge.isArray()) {
                merges.add(new Merge(merge.path(0).asText(), merge.path(1).asText()));
            } else if (space > 0) {
                merges.add(new Merge(text.substring(0, space), text.substring(space + 1)));
            }
        }
        return merges;
    }

    /** All parts below a node that have a type, itself included: sequences are nested. */
    static List<JsonNode> parts(JsonNode node) {
        List<JsonNode> parts = new ArrayList<>();
        if (node.path("type").isTextual()) {
            parts.add(node);
        }
        node.forEach(child -> parts.addAll(parts(child)));
        return parts;
    }

    static boolean mentions(JsonNode node, String type) {
        return parts(node).stream().anyMatch(part -> part.path("type").asText().equals(type));
    }

    /** Whether a space is put before the text. */
    static boolean prependsSpace(JsonNode json) {
        boolean cut = parts(json.path("pre_tokenizer")).stream()
                .anyMatch(part -> part.path("add_prefix_space").asBoolean()
                        || part.path("prepend_scheme").asText("never").matches("always|first"));
        return cut || mentions(json.path("normalizer"), "Prepend");
    }

    /** Whether a special token is put before, or behind, a text. */
    static boolean frames(JsonNode json, boolean before) {
        return parts(json.path("post_processor")).stream()
                .map(part -> part.path("single"))
                .anyMatch(single -> single.path(before ? 0 : single.size() - 1).has("SpecialToken"));
    }
}
