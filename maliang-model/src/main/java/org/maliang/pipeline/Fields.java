package org.maliang.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the fields of an input; what is wrong with them is said in an {@link InputException}. */
record Fields(Task task, Map<String, ?> values) {

    /** @param known all keys that mean something */
    static Fields of(Task task, Map<String, ?> values, List<String> known) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new InputException(
                    unknown.iterator().next(),
                    task + " knows no input " + unknown + "; it takes " + String.join(", ", known));
        }
        return new Fields(task, values);
    }

    /** Whether something is there under the key. */
    boolean has(String name) {
        return find(name).isPresent();
    }

    /** The text under the first of the names that is there. */
    String text(String... names) {
        return optionalText(names).orElseThrow(() -> missing(names));
    }

    Optional<String> optionalText(String... names) {
        return find(names).map(name -> {
            if (values.get(name) instanceof String text) {
                return text;
            }
            throw wrong(name, "a string");
        });
    }

    /** Texts, or one alone, under the first of the names that is there. */
    List<String> texts(String... names) {
        return optionalTexts(names).orElseThrow(() -> missing(names));
    }

    Optional<List<String>> optionalTexts(String... names) {
        return find(names).map(name -> {
            if (values.get(name) instanceof String text) {
                return List.of(text);
            }
            return items(name, "a list of strings").stream()
                    .map(item -> {
                        if (item instanceof String text) {
                            return text;
                        }
                        throw wrong(name, "a list of strings");
                    })
                    .toList();
        });
    }

    /** Whether a switch is on. */
    boolean flag(String name, boolean usual) {
        return find(name)
                .map(found -> {
                    if (values.get(found) instanceof Boolean flag) {
                        return flag;
                    }
                    throw wrong(found, "true or false");
                })
                .orElse(usual);
    }

    /** The things of a list; none where the name is not there. */
    List<?> items(String name, String expected) {
        if (find(name).isEmpty()) {
            return List.of();
        }
        if (values.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, expected);
    }

    private Optional<String> find(String... names) {
        return Arrays.stream(names).filter(name -> values.get(name) != null).findFirst();
    }

    private InputException missing(String... names) {
        return new InputException(names[0], task + " needs the input " + String.join(" or ", names));
    }

    InputException wrong(String name, String expected) {
        String value = String.valueOf(values.get(name));
        String shown = value.length() <= 60 ? value : value.substring(0, 60) + "…";
        return new InputException(name, task + ": the input " + name + " is " + shown + ", expected " + expected);
    }
}
