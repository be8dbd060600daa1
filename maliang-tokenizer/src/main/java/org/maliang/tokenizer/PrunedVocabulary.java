package org.maliang.tokenizer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A smaller vocabulary, and where its entries were in the one it was made from. */
public final class PrunedVocabulary {
    private final Map<String, byte[]> files;
    private final int[] oldIds;

    /** @param files the tokenizer's files, by name */
    PrunedVocabulary(Map<String, byte[]> files, int[] oldIds) {
        this.files = files;
        this.oldIds = oldIds;
    }

    /** How many entries are left. */
    public int size() {
        return oldIds.length;
    }

    /** For each new id the one it had: the rows of an embedding to keep, in order. */
    public int[] oldIds() {
        return oldIds.clone();
    }

    /** The new numbers of old ids. */
    public int[] renumber(int[] ids) {
        int[] renumbered = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            renumbered[i] = Arrays.binarySearch(oldIds, ids[i]);
            if (renumbered[i] < 0) {
                throw new IllegalArgumentException(
                        "tokenizer: id " + ids[i] + " was pruned; keep it, or encode the text anew");
            }
        }
        return renumbered;
    }

    /**
     * Writes the tokenizer's files into the directory: its vocabulary, and what is said beside it. Of the other files of
     * the old tokenizer, {@code vocab.*} and {@code merges.txt} must not be taken along.
     */
    public void write(Path directory) {
        TokenizerFiles.write(directory, files);
    }
}
