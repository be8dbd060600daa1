package org.maliang.train.recipe;

/** A recipe that says something impossible: wrong usage, so a command exits with 2. */
public final class RecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public RecipeException(String message) {
        super(message);
    }

    public RecipeException(String message, Throwable cause) {
        super(message, cause);
    }
}
