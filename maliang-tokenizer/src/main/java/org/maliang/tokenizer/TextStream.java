package org.maliang.tokenizer;

/**
 * Turns ids into text while they arrive. Only whole characters come out: bytes of an unfinished character wait for the
 * rest, bytes that can never become a character are dropped, so U+FFFD appears only where the text really holds it.
 * Special tokens are skipped, as in {@link Tokenizer#decode(int[])}. Not thread-safe; one stream per text.
 */
public interface TextStream {

    /** Takes the next id and returns the characters it completes, often one, possibly none. */
    String push(int id);

    /** Ends the text: returns what is complete, drops what is not, and makes the stream ready for another text. */
    String flush();
}
