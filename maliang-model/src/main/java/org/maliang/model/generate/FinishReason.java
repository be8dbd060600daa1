package org.maliang.model.generate;

/** Why a text ended. */
public enum FinishReason {
    /** It was finished: end of text, a stop string, or a constraint fulfilled. */
    STOP("stop"),
    /** It reached the length asked for, or the end of what the model can read. */
    LENGTH("length"),
    /** What would have come next is on a list of words that whoever asked for the text does not show. */
    CONTENT_FILTER("content_filter");

    private final String label;

    FinishReason(String label) {
        this.label = label;
    }

    /** The word that programs read. */
    public String label() {
        return label;
    }
}
