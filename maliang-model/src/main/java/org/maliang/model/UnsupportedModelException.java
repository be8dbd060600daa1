package org.maliang.model;

/** A model of a family or architecture that is not built in. */
public final class UnsupportedModelException extends ModelException {

    private static final long serialVersionUID = 1;

    public UnsupportedModelException(String message) {
        super(message);
    }
}
