package org.maliang.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * One text of a corpus.
 *
 * @param text the text as it stands in the corpus, never empty
 * @param meta the other fields of its JSON line as an object (empty for plain text), e.g. {@code meta.source}
 */
public record Document(String text, JsonNode meta) {
    public Document(String text) {
        this(text, JsonNodeFactory.instance.objectNode());
    }

    /** The same document with another text. */
    public Document withText(String newText) {
        return new Document(newText, meta);
    }
}
