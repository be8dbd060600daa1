package org.maliang.model.gguf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.CheckpointException;

/** What a {@code tokenizer.json} says, as far as it is needed here. */
final class TokenizerJson {
    private static final long LONGEST = 256 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(16 << 20)
                            .build())
                    .build())
            .build();

    private TokenizerJson() {}

    static JsonNode read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new CheckpointException(file, "is longer than 256 MB", "is this the right file?");
            }
            return MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file, "is not valid JSON", "copy or download the file again", e);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
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
