package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.maliang.tokenizer.trie.Trie;

/**
 * Byte-pair encoding as SentencePiece does it: of all neighbours whose join is a piece, those with the highest score are
 * joined first, the leftmost of several.
 */
final class PairCutter implements Cutter {
    private final PieceTable table;
    private final Normalizer normalizer;

    PairCutter(PieceTable table, Normalizer normalizer) {
        this.table = table;
        this.normalizer = normalizer;
    }

    /** Neighbours that can be joined: where both begin, where the join ends, and its score. */
    private record Pair(int left, int right, int end, float score) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byScore = Float.compare(other.score + 0f, score + 0f);
            return byScore != 0 ? byScore : Integer.compare(left, other.left);
        }
    }

    @Override
    public int[] cut(byte[] text) {
        return new Symbols(text).cut();
    }

    /** The symbols of one text, each known by the byte where it begins. */
    private final class Symbols {
        private final byte[] text;
        private final int[] ends; // of the symbol that begins there, 0 where none does
        private final int[] previous; // where the symbol before begins, -1 for none
        private final boolean[] frozen;
        private final PriorityQueue<Pair> agenda = new PriorityQueue<>();
        private final Map<String, Integer> unusedJoins = new HashMap<>(); // bytes of a piece to those of its first half

        Symbols(byte[] text) {
            this.text = text;
            this.ends = new int[text.length];
            this.previous = new int[text.length + 1];
            this.frozen = new boolean[text.length];
        }

        int[] cut() {
            int before = -1;
            for (int at = 0; at < text.length; at = ends[at]) {
                int fixed = normalizer.userDefinedAt(text, at);
                frozen[at] = fixed > 0;
                ends[at] = at + (fixed > 0 ? fixed : Normalizer.characterLength(text, at));
                previous[at] = before;
                before = at;
            }
            for (int at = 0; at < text.length; at = ends[at]) {
                consider(previous[at], at);
            }
            while (!agenda.isEmpty()) {
                Pair pair = agenda.remove();
                boolean stands = ends[pair.left] == pair.right && ends[pair.right] == pair.end;
                if (stands) {
                    ends[pair.left] = pair.end;
                    ends[pair.right] = 0;
                    previous[pair.end] = pair.left;
                    consider(previous[pair.left], pair.left);
                    consider(pair.left, pair.end);
                }
            }
            return pieces();
        }

        private void consider(int left, int right) {
            if (left < 0 || right >= text.length || frozen[left] || frozen[right]) {
                return;
            }
            int end = ends[right];
            int id = spelled(left, end);
            if (id != Trie.NONE) {
                agenda.add(new Pair(left, right, end, table.score(id)));
                if (table.type(id) == PieceType.UNUSED) {
                    unusedJoins.put(bytes(left, end), right - left);
                }
            }
        }

        private int spelled(int start, int end) {
            Trie pieces = table.spelled();
            int node = Trie.ROOT;
            for (int at = start; at < end && node != Trie.NONE; at++) {
                node = pieces.step(node, text[at] & 0xFF);
            }
            return node == Trie.NONE ? Trie.NONE : pieces.value(node);
        }

        /** The symbols that are left; unused pieces fall apart into what they were joined of. */
        private int[] pieces() {
            int[] cuts = new int[16];
            int size = 0;
            Deque<Long> open = new ArrayDeque<>();
            for (int at = 0; at < text.length; at = ends[at]) {
                open.push(span(at, ends[at]));
                while (!open.isEmpty()) {
                    long span = open.pop();
                    int start = (int) (span >>> 32);
                    int end = (int) span;
                    int id = id(start, end);
                    int half = table.type(id) == PieceType.UNUSED ? unusedJoins.getOrDefault(bytes(start, end), 0) : 0;
                    if (half > 0) {
                        open.push(span(start + half, end));
                        open.push(span(start, start + half));
                        continue;
                    }
                    if (size == cuts.length) {
                        cuts = Arrays.copyOf(cuts, size * 2);
                    }
                    cuts[size++] = id;
                    cuts[size++] = end;
                }
            }
            return Arrays.copyOf(cuts, size);
        }

        /** A name that text never spells is found only where it is a symbol by itself. */
        private int id(int start, int end) {
            int id = spelled(start, end);
            id = id == Trie.NONE ? table.id(new String(text, start, end - start, UTF_8)) : id;
            return id == Trie.NONE ? table.unknown() : id;
        }

        private String bytes(int start, int end) {
            return new String(text, start, end - start, ISO_8859_1);
        }

        private static long span(int start, int end) {
            return (long) start << 32 | end;
        }
    }
}
