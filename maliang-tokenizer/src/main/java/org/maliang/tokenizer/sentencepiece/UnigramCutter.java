package org.maliang.tokenizer.sentencepiece;

import java.util.Arrays;
import org.maliang.tokenizer.trie.Trie;

/**
 * The most probable cut under a unigram model (Kudo 2018, arXiv:1804.10959), found from left to right. Sums are rounded
 * as the C++ library rounds them, so that near ties fall the same way.
 */
final class UnigramCutter implements Cutter {
    private static final float UNKNOWN_PENALTY = 10;
    private static final double USER_DEFINED_MALUS = 0.1;

    private final PieceTable table;
    private final float unknownScore;

    UnigramCutter(PieceTable table) {
        this.table = table;
        this.unknownScore = table.lowestScore() - UNKNOWN_PENALTY;
    }

    @Override
    public int[] cut(byte[] text) {
        int length = text.length;
        float[] best = new float[length + 1]; // of the cuts that end there
        int[] ids = new int[length + 1];
        int[] starts = new int[length + 1];
        Arrays.fill(starts, -1);
        Trie pieces = table.spelled();
        int character;
        for (int start = 0; start < length; start += character) {
            character = Normalizer.characterLength(text, start);
            boolean known = false;
            int node = Trie.ROOT;
            for (int end = start + 1; end <= length; end++) {
                node = pieces.step(node, text[end - 1] & 0xFF);
                if (node == Trie.NONE) {
                    break;
                }
                int id = pieces.value(node);
                if (id == Trie.NONE || table.type(id) == PieceType.UNUSED) {
                    continue;
                }
                double sum = score(id, end - start) + best[start];
                if (starts[end] < 0 || sum > best[end]) {
                    best[end] = (float) sum;
                    starts[end] = start;
                    ids[end] = id;
                }
                known |= end - start == character;
            }
            if (!known) {
                int end = start + character;
                float sum = unknownScore + best[start];
                if (starts[end] < 0 || sum > best[end]) {
                    best[end] = sum;
                    starts[end] = start;
                    ids[end] = table.unknown();
                }
            }
        }
        return path(ids, starts);
    }

    private double score(int id, int bytes) {
        return table.type(id) == PieceType.USER_DEFINED
                ? bytes * table.highestScore() - USER_DEFINED_MALUS
                : table.score(id);
    }

    private static int[] path(int[] ids, int[] starts) {
        int count = 0;
        for (int end = ids.length - 1; end > 0; end = starts[end]) {
            count++;
        }
        int[] cuts = new int[count * 2];
        for (int end = ids.length - 1; end > 0; end = starts[end]) {
            cuts[--count * 2] = ids[end];
            cuts[count * 2 + 1] = end;
        }
        return cuts;
    }
}
