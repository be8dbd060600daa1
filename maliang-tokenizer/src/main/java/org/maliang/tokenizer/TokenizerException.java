package org.maliang.tokenizer;

/** A tokenizer that cannot be read, trained or used as asked. The message is one line: what, where, what to do. */
public final class TokenizerException extends RuntimeException {
    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
