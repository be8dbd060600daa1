package org.maliang.model;

/** A model that cannot be built, loaded or run as asked. The message says what, where and what to do. */
public class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
