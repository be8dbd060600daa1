package org.maliang.model.generate.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.maliang.model.generate.constraint.Expression.Call;
import org.maliang.model.generate.constraint.Expression.Chars;
import org.maliang.model.generate.constraint.Expression.Choice;
import org.maliang.model.generate.constraint.Expression.Repeat;
import org.maliang.model.generate.constraint.Expression.Sequence;

/**
 * A grammar as a nondeterministic automaton (Thompson 1968), every rule a part of its own that others enter and come back
 * from. Immutable once built.
 */
final class Network {
    /** Where the whole, and every rule, is complete. */
    static final int END = 0;

    private static final int MOST = 1_000_000; // nodes

    /** What may happen at a node. */
    sealed interface Node {}

    /** Reads one character. */
    record Reading(CharClass set, Utf8Class bytes, int next) implements Node {}

    /** Goes on in any of these ways. */
    record Fork(int[] ways) implements Node {}

    /** Enters a rule and goes on behind it. */
    record Entering(String rule, int next) implements Node {}

    private final List<Node> nodes = new ArrayList<>();
    private final IdentityHashMap<Expression, Map<Integer, Integer>> known =
            new IdentityHashMap<>(); // nodes by what follows
    private final Map<CharClass, Utf8Class> sets = new HashMap<>();
    private final Map<String, Integer> rules = new HashMap<>();
    private final int start;
    private final int[] demanded;

    /**
     * Builds the automaton.
     *
     * @throws IllegalArgumentException if it becomes too large, or a rule begins with itself
     */
    Network(Grammar grammar) {
        add(new Fork(new int[0])); // END
        grammar.rules().forEach((name, rule) -> rules.put(name, node(rule, END)));
        start = node(grammar.start(), END);
        demanded = grammar.demanded().stream().mapToInt(part -> node(part, END)).toArray();
        known.clear();
        Map<String, Boolean> settled = new HashMap<>();
        rules.keySet().forEach(rule -> requireBeginning(rule, settled));
    }

    int start() {
        return start;
    }

    /** The nodes that must lead somewhere: the start, or each of the choices that are all meant. */
    int[] demanded() {
        return demanded;
    }

    int rule(String name) {
        return rules.getOrDefault(name, END);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    /** The nodes from which a rule can be completed with these characters, the end among them. */
    BitSet alive(CharClass characters) {
        Map<CharClass, Boolean> open = new HashMap<>();
        sets.keySet().forEach(set -> open.put(set, !set.and(characters).isEmpty()));
        boolean[] readable = new boolean[nodes.size()];
        for (int i = 0; i < readable.length; i++) {
            readable[i] = nodes.get(i) instanceof Reading reading && open.get(reading.set());
        }
        BitSet alive = new BitSet();
        alive.set(END);
        for (int before = 0; before < alive.cardinality(); ) {
            before = alive.cardinality();
            for (int i = 0; i < nodes.size(); i++) {
                alive.set(i, alive.get(i) || lives(i, alive, readable[i]));
            }
        }
        return alive;
    }

    private boolean lives(int index, BitSet alive, boolean readable) {
        Node node = nodes.get(index);
        if (node instanceof Reading reading) {
            return readable && alive.get(reading.next());
        }
        if (node instanceof Entering entering) {
            return alive.get(rule(entering.rule())) && alive.get(entering.next());
        }
        return node instanceof Fork fork && Arrays.stream(fork.ways()).anyMatch(alive::get);
    }

    /** The sets of characters that are read anywhere. */
    Iterable<CharClass> sets() {
        return sets.keySet();
    }

    /** A node at which the expression begins and behind which {@code next} follows. */
    private int node(Expression expression, int next) {
        Map<Integer, Integer> byNext = known.computeIfAbsent(expression, key -> new HashMap<>());
        Integer same = byNext.get(next);
        if (same == null) {
            same = made(expression, next);
            byNext.put(next, same);
        }
        return same;
    }

    private int made(Expression expression, int next) {
        if (expression instanceof Chars chars) {
            Utf8Class bytes = sets.computeIfAbsent(chars.set(), Utf8Class::new);
            return add(new Reading(chars.set(), bytes, next));
        }
        if (expression instanceof Sequence sequence) {
            int node = next;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                node = node(sequence.parts().get(i), node);
            }
            return node;
        }
        if (expression instanceof Choice choice) {
            int[] ways = new int[choice.branches().size()];
            for (int i = 0; i < ways.length; i++) {
                ways[i] = node(choice.branches().get(i), next);
            }
            return add(new Fork(ways));
        }
        if (expression instanceof Repeat repeat) {
            return repeated(repeat, next);
        }
        return add(new Entering(((Call) expression).rule(), next));
    }

    private int repeated(Repeat repeat, int next) {
        int node = next;
        if (repeat.most() == Repeat.ENDLESS) {
            int[] ways = {END, next};
            node = add(new Fork(ways));
            ways[0] = node(repeat.item(), node);
        }
        for (int i = repeat.least(); i < repeat.most(); i++) {
            node = add(new Fork(new int[] {node(repeat.item(), node), next}));
        }
        for (int i = 0; i < repeat.least(); i++) {
            node = node(repeat.item(), node);
        }
        return node;
    }

    private int add(Node node) {
        if (nodes.size() == MOST) {
            throw new IllegalArgumentException(
                    "constraint: it needs more than " + MOST + " states; ask for fewer repetitions in each other");
        }
        nodes.add(node);
        return nodes.size() - 1;
    }

    /** @param settled whether the beginning of a rule has been gone through; false while it is */
    private void requireBeginning(String rule, Map<String, Boolean> settled) {
        Boolean done = settled.putIfAbsent(rule, false);
        if (done != null && !done) {
            throw new IllegalArgumentException("constraint: '" + rule
                    + "' refers to itself before anything is written; put an object or array between");
        }
        if (done == null) {
            BitSet seen = new BitSet();
            beginnings(rule(rule), seen);
            seen.stream().forEach(index -> {
                if (nodes.get(index) instanceof Entering entering) {
                    requireBeginning(entering.rule(), settled);
                }
            });
            settled.put(rule, true);
        }
    }

    private void beginnings(int index, BitSet seen) {
        if (!seen.get(index)) {
            seen.set(index);
            if (nodes.get(index) instanceof Fork fork) {
                IntStream.of(fork.ways()).forEach(way -> beginnings(way, seen));
            }
        }
    }
}
