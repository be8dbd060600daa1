package org.maliang.checkpoint.hub;

/** A model cannot be fetched; the message says which, why and what to do. */
public final class HubException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
