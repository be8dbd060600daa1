package org.maliang.model.generate.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The bytes of all tokens as a tree, its nodes in the order of a walk that goes down before it goes on. Immutable. */
final class TokenTrie {
    private final byte[] values; // of each node
    private final int[] depths;
    private final int[] ends; // the first node that does not lie below
    private final int[] owners; // where in ids the tokens that end at a node begin; one more at the end
    private final int[] ids;
    private final int deepest; // bytes of the longest token

    /** @param kept which tokens it holds; those without text are left out anyway */
    TokenTrie(List<byte[]> texts, IntPredicate kept) {
        ids = IntStream.range(0, texts.size())
                .filter(id -> texts.get(id).length > 0 && kept.test(id))
                .boxed()
                .sorted((a, b) -> Arrays.compareUnsigned(texts.get(a), texts.get(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        int size = 0;
        byte[] before = {};
        for (int id : ids) {
            size += texts.get(id).length - shared(before, texts.get(id));
            before = texts.get(id);
        }
        values = new byte[size];
        depths = new int[size];
        ends = new int[size];
        owners = new int[size + 1];
        deepest = IntStream.of(ids).map(id -> texts.get(id).length).max().orElse(0);
        grow(texts);
    }

    private void grow(List<byte[]> texts) {
        int[] path = new int[deepest];
        byte[] before = {};
        int node = 0;
        for (int i = 0; i < ids.length; i++) {
            byte[] text = texts.get(ids[i]);
            int shared = shared(before, text);
            close(path, shared, before.length, node);
            for (int depth = shared; depth < text.length; depth++) {
                values[node] = text[depth];
                depths[node] = depth;
                owners[node] = i;
                path[depth] = node++;
            }
            before = text;
        }
        close(path, 0, before.length, node);
        owners[node] = ids.length;
    }

    private void close(int[] path, int from, int to, int node) {
        for (int depth = from; depth < to; depth++) {
            ends[path[depth]] = node;
        }
    }

    private static int shared(byte[] a, byte[] b) {
        int different = Arrays.mismatch(a, b);
        return different < 0 ? a.length : different;
    }

    /** The tokens whose bytes lead from {@code start} to other places. */
    BitSet allowed(Automaton automaton, Automaton.Place start) {
        BitSet allowed = new BitSet();
        Automaton.Place[] path = new Automaton.Place[deepest + 1];
        path[0] = start;
        for (int node = 0; node < values.length; ) {
            int depth = depths[node];
            Automaton.Place place = automaton.step(path[depth], values[node]);
            if (place.isDead()) {
                node = ends[node];
            } else {
                path[depth + 1] = place;
                for (int i = owners[node]; i < owners[node + 1]; i++) {
                    allowed.set(ids[i]);
                }
                node++;
            }
        }
        return allowed;
    }
}
