package org.maliang.serve.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.DefaultUrlSanitizer;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * A model card: {@code README.md} with YAML between two lines of {@code ---} at its head and Markdown behind it.
 *
 * @param header what the YAML says, missing if there is none or it is damaged
 * @param markdown the rest
 */
record ModelCard(JsonNode header, String markdown) {
    private static final int LONGEST = 1 << 18; // bytes of a card that are read
    private static final String FENCE = "---\n";
    private static final List<Extension> TABLES = List.of(TablesExtension.create());
    private static final Parser MARKDOWN = Parser.builder().extensions(TABLES).build();
    private static final HtmlRenderer HTML = HtmlRenderer.builder()
            .extensions(TABLES)
            .escapeHtml(true)
            .sanitizeUrls(true)
            .urlSanitizer(new DefaultUrlSanitizer(List.of("http", "https", "mailto")))
            .build();

    /** The card of a model directory; an empty one if it has none, or none that can be read. */
    static ModelCard of(Path directory) {
        try (var in = Files.newInputStream(directory.resolve("README.md"))) {
            return parse(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new ModelCard(MissingNode.getInstance(), "");
        }
    }

    static ModelCard parse(String text) {
        String card = text.replace("\r\n", "\n");
        int end = card.startsWith(FENCE) ? card.indexOf("\n" + FENCE, FENCE.length() - 1) : -1;
        if (end < 0) {
            return new ModelCard(MissingNode.getInstance(), card);
        }
        String body = card.substring(end + 1 + FENCE.length());
        try {
            return new ModelCard(new YAMLMapper().readTree(card.substring(FENCE.length(), end + 1)), body);
        } catch (JsonProcessingException e) {
            return new ModelCard(MissingNode.getInstance(), body);
        }
    }

    /** What the card says that the model can do, under {@code maliang: {abilities: […]}}. */
    Set<String> abilities() {
        Set<String> abilities = new LinkedHashSet<>();
        header.path("maliang").path("abilities").forEach(ability -> abilities.add(ability.asText()));
        return abilities;
    }

    /** The body as HTML: HTML in it stands there as text, and links lead to {@code http}, {@code https} and {@code mailto} only. */
    String html() {
        return HTML.render(MARKDOWN.parse(markdown));
    }
}
