package org.maliang.model.bart;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.UnsupportedModelException;

/** What differs between the models that are built like BART. */
enum BartKind {
    /** Norms behind the sums, learned positions. */
    BART("bart", "Bart", false, true, false),
    /** Norms before the branches and at the end of the stacks; a language's token stands before a target. */
    MBART("mbart", "MBart", true, true, false),
    /** As mBART, with sines for positions and no norm of the embedding. */
    PEGASUS("pegasus", "Pegasus", true, false, true);

    private final String id;
    private final String className;
    private final boolean normBefore;
    private final boolean embeddingNorm;
    private final boolean sinusoids;

    BartKind(String id, String className, boolean normBefore, boolean embeddingNorm, boolean sinusoids) {
        this.id = id;
        this.className = className;
        this.normBefore = normBefore;
        this.embeddingNorm = embeddingNorm;
        this.sinusoids = sinusoids;
    }

    /** The kind that a {@code config.json} names. */
    static BartKind of(JsonNode json) {
        String named = json.path("model_type").asText();
        for (BartKind kind : values()) {
            if (kind.id.equals(named)) {
                return kind;
            }
        }
        throw new UnsupportedModelException("model_type \"" + named + "\" is not built like BART");
    }

    /** The {@code model_type}. */
    String id() {
        return id;
    }

    /** What Hugging Face's class names begin with. */
    String className() {
        return className;
    }

    /** Whether norms stand before the branches, and one at the end of each stack. */
    boolean normBefore() {
        return normBefore;
    }

    boolean embeddingNorm() {
        return embeddingNorm;
    }

    /** Whether positions are sines instead of learned vectors. */
    boolean sinusoids() {
        return sinusoids;
    }
}
