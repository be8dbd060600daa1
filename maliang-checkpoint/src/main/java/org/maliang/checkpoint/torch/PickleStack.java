package org.maliang.checkpoint.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The values an unpickler works on, with marks between them that no instruction reaches below. */
final class PickleStack {
    private final Unpickler pickle;
    private final List<Object> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();

    PickleStack(Unpickler pickle) {
        this.pickle = pickle;
    }

    void clear() {
        values.clear();
        marks.clear();
    }

    void push(Object value) {
        values.add(value);
    }

    void mark() {
        marks.add(values.size());
    }

    Object top() {
        expect(1);
        return values.get(values.size() - 1);
    }

    Object pop() {
        expect(1);
        return values.remove(values.size() - 1);
    }

    /** Takes away the value on top, or the mark. */
    void popOrMark() {
        if (values.size() > floor()) {
            values.remove(values.size() - 1);
        } else {
            popMark();
        }
    }

    /** What lies above the last mark, which goes too. */
    List<Object> popMark() {
        pickle.expect(!marks.isEmpty(), "a mark is missing");
        return popFrom(marks.remove(marks.size() - 1));
    }

    /** The upper values as one. */
    List<Object> tuple(int size) {
        expect(size);
        return Collections.unmodifiableList(popFrom(values.size() - size));
    }

    private void expect(int size) {
        pickle.expect(values.size() - size >= floor(), "its stack is empty");
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private List<Object> popFrom(int start) {
        var above = values.subList(start, values.size());
        var taken = new ArrayList<>(above);
        above.clear();
        return taken;
    }
}
