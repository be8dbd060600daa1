package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A smaller vocabulary, and where its entries were in the one it was made from. */
public final class PrunedVocabulary {
    private final ObjectNode json;
    private final int[] oldIds;

    PrunedVocabulary(ObjectNode json, int[] oldIds) {
        this.json = json;
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
     * Writes {@code tokenizer.json} into the directory. Of the other files of the old tokenizer, those that give ids
     * ({@code added_tokens.json}, {@code added_tokens_decoder}, {@code vocab.*}) must not be taken along.
     */
    public void write(Path directory) {
        new TrainedTokenizer(json, oldIds.length, List.of()).writeTokenizer(directory);
    }
}
