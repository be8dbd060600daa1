package org.maliang.tokenizer;

/**
 * Words as runs of symbols, rewritten in place while symbols merge.
 *
 * @param symbols all words one after the other
 * @param starts where word w begins; one more entry at the end
 * @param lengths how many symbols of word w are left
 * @param counts how often word w occurs
 */
record SymbolWords(int[] symbols, int[] starts, int[] lengths, long[] counts) {

    int size() {
        return lengths.length;
    }
}
