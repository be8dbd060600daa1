package org.maliang.pipeline;

/** An input that a pipeline cannot take; the message says what it takes. */
public final class InputException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String key;

    InputException(String key, String message) {
        super(message);
        this.key = key;
    }

    /** What is wrong, or missing: a key of the input. */
    public String key() {
        return key;
    }
}
