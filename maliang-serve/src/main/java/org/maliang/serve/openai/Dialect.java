package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** How an endpoint spells its answers. */
interface Dialect {

    /** What ids of its answers begin with. */
    String prefix();

    /** The type of a whole answer, or of a piece. */
    String type(boolean piece);

    /**
     * A whole text.
     *
     * @param tokens with their scores, where these were asked for
     * @param offset where the text of the first token begins, in characters
     */
    void whole(ObjectNode choice, String text, Optional<List<Spelled>> tokens, int offset);

    /** The next piece of a text; empty for the piece that says why the text ends. */
    void piece(ObjectNode choice, String text, boolean first, Optional<List<Spelled>> tokens, int offset);
}
