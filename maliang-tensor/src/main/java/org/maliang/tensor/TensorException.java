package org.maliang.tensor;

/**
 * Says what went wrong in a tensor operation: the operator, the shapes that met, and the reason. Wrong shapes, wrong
 * types, exhausted memory and use after close all arrive as this exception; native code never takes the JVM down.
 */
public final class TensorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TensorException(String message) {
        super(message);
    }

    public TensorException(String message, Throwable cause) {
        super(message, cause);
    }
}
