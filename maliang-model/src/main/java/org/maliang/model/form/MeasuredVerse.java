package org.maliang.model.form;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A verse with a known layout: one slot a character.
 *
 * @param slots what every character must be
 * @param ends numbers of characters after which the verse may end; the full number is always one
 */
record MeasuredVerse(List<Slot> slots, BitSet ends) implements Pattern {

    private record Kind(List<Slot> next, boolean mayEnd) {}

    MeasuredVerse {
        slots = List.copyOf(slots);
        ends = (BitSet) ends.clone();
        ends.set(slots.size());
    }

    /**
     * A verse of this layout.
     *
     * @param heads the first character of some clauses, by number of the clause
     * @param mayEnd whether it may end early, after a line that completes so many clauses
     */
    static MeasuredVerse of(Layout layout, Map<Integer, Integer> heads, IntPredicate mayEnd) {
        List<Slot> slots = new ArrayList<>();
        BitSet ends = new BitSet();
        for (int i = 0; i < layout.clauses().size(); i++) {
            Layout.Clause clause = layout.clauses().get(i);
            for (int j = 0; j < clause.length(); j++) {
                boolean headed = j == 0 && heads.containsKey(i);
                slots.add(headed ? new Slot.Fixed(heads.get(i)) : new Slot.Ideograph());
            }
            clause.stop().codePoints().mapToObj(Slot.Fixed::new).forEach(slots::add);
            if (clause.breaks()) {
                ends.set(slots.size(), mayEnd.test(i + 1));
                slots.add(new Slot.Fixed('\n'));
            }
        }
        return new MeasuredVerse(slots, ends);
    }

    @Override
    public IntPredicate next(int[] written) {
        if (closed(written)) {
            return character -> false;
        }
        return slots.get(written.length).given(written)::admits;
    }

    @Override
    public boolean mayEnd(int[] written) {
        return ends.get(written.length);
    }

    @Override
    public boolean closed(int[] written) {
        return written.length == slots.size();
    }

    @Override
    public Optional<Object> kind(int[] written, int reach) {
        int at = written.length;
        List<Slot> next = new ArrayList<>(slots.subList(at, Math.min(at + reach, slots.size())));
        if (!next.isEmpty()) {
            next.set(0, next.get(0).given(written));
        }
        boolean common = next.stream().allMatch(slot -> slot instanceof Slot.Choice choice && choice.common());
        return common ? Optional.of(new Kind(next, mayEnd(written))) : Optional.empty();
    }

    @Override
    public Set<Integer> required() {
        return slots.stream()
                .flatMap(slot -> slot instanceof Slot.Fixed fixed ? Stream.of(fixed.character()) : Stream.empty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    public int ideographs() {
        return slots.stream()
                .mapToInt(slot ->
                        slot instanceof Slot.Answer answer ? answer.taken().size() + slots.size() : 1)
                .max()
                .orElse(1);
    }
}
