package org.maliang.tokenizer.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.tokenizer.TokenizerException;

/** The variable {@code loop} of one loop. */
final class Loop {
    private final List<Object> items;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private int index;

    Loop(List<Object> items, int depth) {
        this.items = items;
        fields.put("length", (long) items.size());
        fields.put("depth", (long) depth + 1);
        fields.put("depth0", (long) depth);
        fields.put("cycle", (Callable) (scope, arguments) -> {
            List<Object> choices = arguments.positional();
            if (choices.isEmpty()) {
                throw new TokenizerException("chat template: loop.cycle has nothing to choose from");
            }
            return choices.get(index % choices.size());
        });
    }

    /** What {@code loop} is at one item. */
    Map<String, Object> at(int place) {
        index = place;
        int size = items.size();
        fields.put("index", place + 1L);
        fields.put("index0", (long) place);
        fields.put("revindex", (long) size - place);
        fields.put("revindex0", size - place - 1L);
        fields.put("first", place == 0);
        fields.put("last", place == size - 1);
        fields.put("previtem", place > 0 ? items.get(place - 1) : new Undefined("there is no item before"));
        fields.put("nextitem", place < size - 1 ? items.get(place + 1) : new Undefined("there is no item after"));
        return fields;
    }
}
