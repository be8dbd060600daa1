package org.maliang.model.generate.constraint;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Follows all ways through a network at once, byte by byte. What it finds it remembers, up to a bound, so that it becomes a
 * deterministic automaton where it is used. Safe for threads.
 */
final class Automaton {
    private static final long MOST = 64L << 20; // bytes to remember, roughly
    private static final int PLACE_BYTES = 1400;
    private static final int WAY_BYTES = 100;

    private final Network network;
    private final BitSet alive;
    private final Map<Set<Way>, Place> places = new HashMap<>();
    private final Place dead = new Place(Set.of());
    private final Place start;
    private long remembered;

    /** @param alive the nodes that lead somewhere */
    Automaton(Network network, BitSet alive) {
        this.network = network;
        this.alive = alive;
        Set<Way> first = new HashSet<>();
        follow(network.start(), Stack.EMPTY, first);
        start = place(first);
    }

    /**
     * One way through the network.
     *
     * @param bytes where it stands within a character
     * @param calls the rules it is in
     */
    private record Way(int node, int bytes, Stack calls) {
        boolean complete() {
            return node == Network.END;
        }
    }

    /** Where all ways stand after some bytes; equal only to itself. */
    static final class Place {
        private final List<Way> ways;
        private final boolean accepting;
        private volatile Place @Nullable [] next;
        private volatile @Nullable BitSet allowed;

        private Place(Set<Way> ways) {
            this.ways = List.copyOf(ways);
            this.accepting = ways.stream().anyMatch(Way::complete);
        }

        /** Whether no way leads on. */
        boolean isDead() {
            return ways.isEmpty();
        }

        /** Whether the text may end here. */
        boolean accepting() {
            return accepting;
        }

        /** Whether the text must end here. */
        boolean closed() {
            return accepting && ways.size() == 1;
        }
    }

    Place start() {
        return start;
    }

    /** The place after all these bytes. */
    Place step(Place from, byte[] bytes) {
        Place place = from;
        for (byte value : bytes) {
            place = step(place, value);
        }
        return place;
    }

    /** The place after one more byte. */
    Place step(Place from, byte value) {
        @Nullable Place[] next = from.next;
        Place known = next == null ? null : next[value & 0xFF];
        return known == null ? explore(from, value & 0xFF) : known;
    }

    /** What may follow a place, found out once. */
    BitSet allowed(Place place, Function<Place, BitSet> find) {
        BitSet allowed = place.allowed;
        if (allowed == null) {
            allowed = find.apply(place);
            remember(place, allowed);
        }
        return allowed;
    }

    private synchronized void remember(Place place, BitSet allowed) {
        spend(allowed.size() / Byte.SIZE);
        place.allowed = allowed;
    }

    private synchronized Place explore(Place from, int value) {
        Set<Way> after = new HashSet<>();
        for (Way way : from.ways) {
            if (network.node(way.node()) instanceof Network.Reading reading) {
                int bytes = reading.bytes().step(way.bytes(), value);
                if (bytes == Utf8Class.DONE) {
                    follow(reading.next(), way.calls(), after);
                } else if (bytes != Utf8Class.DEAD) {
                    after.add(new Way(way.node(), bytes, way.calls()));
                }
            }
        }
        Place place = place(after);
        Place[] next = from.next == null ? new Place[256] : from.next;
        next[value] = place;
        from.next = next;
        return place;
    }

    private Place place(Set<Way> ways) {
        if (ways.isEmpty()) {
            return dead;
        }
        Place known = places.get(ways);
        if (known == null) {
            spend(PLACE_BYTES + WAY_BYTES * (long) ways.size());
            known = new Place(ways);
            places.put(ways, known);
        }
        return known;
    }

    /** Forgets all there is when it becomes too much; places that are in use find out again. */
    private void spend(long bytes) {
        remembered += bytes;
        if (remembered > MOST) {
            for (Place place : places.values()) {
                place.next = null;
                place.allowed = null;
            }
            places.clear();
            remembered = bytes;
        }
    }

    /** Adds what can be read from a node on, or that all is complete. */
    private void follow(int node, Stack calls, Set<Way> into) {
        Set<Way> seen = new HashSet<>();
        Deque<Way> open = new ArrayDeque<>(List.of(new Way(node, Utf8Class.START, calls)));
        while (!open.isEmpty()) {
            Way way = open.pop();
            if (!alive.get(way.node()) || !seen.add(way)) {
                continue;
            }
            Stack stack = way.calls();
            if (way.complete() && !stack.isEmpty()) {
                open.push(new Way(stack.node(), Utf8Class.START, stack.below()));
            } else if (network.node(way.node()) instanceof Network.Fork fork && !way.complete()) {
                for (int next : fork.ways()) {
                    open.push(new Way(next, Utf8Class.START, stack));
                }
            } else if (network.node(way.node()) instanceof Network.Entering entering) {
                Stack inner = entering.next() == Network.END ? stack : stack.push(entering.next());
                open.push(new Way(network.rule(entering.rule()), Utf8Class.START, inner));
            } else {
                into.add(way);
            }
        }
    }
}
