package org.maliang.model.engine;

/**
 * What an engine has to do and what it did so far.
 *
 * @param waiting requests of which no text has begun
 * @param running texts on their way
 * @param freeBlocks blocks that nobody uses
 * @param sharedBlocks blocks of remembered beginnings, which make room when it is needed
 * @param blocks all blocks; each holds 16 positions
 * @param steps passes through the model
 * @param read prompt tokens that went through the model
 * @param copied prompt tokens whose keys and values were there already
 * @param written tokens written
 * @param guessed tokens guessed
 * @param hit guesses that were right
 */
public record Load(
        int waiting,
        int running,
        int freeBlocks,
        int sharedBlocks,
        int blocks,
        long steps,
        long read,
        long copied,
        long written,
        long guessed,
        long hit) {

    /** Blocks of texts on their way. */
    public int usedBlocks() {
        return blocks - freeBlocks - sharedBlocks;
    }
}
