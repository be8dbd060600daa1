package org.maliang.checkpoint.torch;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.checkpoint.CheckpointException;

/**
 * A stack machine for pickles of protocols 0 to 5 (CPython's {@code Lib/pickletools.py} describes the instructions) that
 * builds data and calls nothing. See {@link TorchFile} for the rule. Its memory is proportional to the length of the
 * pickle, and it does not recurse.
 */
final class Unpickler {
    private static final int LONGEST_NUMBER = 1000;
    private static final int LONGEST_KEY = 16;

    private final Path file;
    private final PickleInput in;
    private final Constructors constructors;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    Unpickler(Path file, PickleInput in, Storages storages) {
        this.file = file;
        this.in = in;
        this.constructors = new Constructors(this, storages);
    }

    /** Reads one pickle, up to and including its end. */
    Object read() {
        try {
            stack.clear();
            marks.clear();
            memo.clear();
            int instruction = in.u1();
            while (instruction != '.') {
                execute(instruction);
                instruction = in.u1();
            }
            return pop();
        } catch (EOFException e) {
            throw damaged(e.getMessage());
        } catch (NumberFormatException e) {
            throw damaged("a number is none");
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private void execute(int instruction) throws IOException {
        switch (instruction) {
            case 0x80 -> protocol(in.u1());
            case 0x95 -> in.i8(); // FRAME: a hint for readers of streams
            case '(' -> marks.add(stack.size());
            case '0' -> popOrMark();
            case '1' -> popMark();
            case '2' -> push(top());
            case 'N' -> push(None.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'I' -> push(integerLine());
            case 'J' -> push((long) in.i4());
            case 'K' -> push((long) in.u1());
            case 'M' -> push((long) in.u2());
            case 'L' -> push(longLine());
            case 0x8a -> push(integer(in.bytes(in.u1())));
            case 0x8b -> push(integer(in.bytes(number(in.u4()))));
            case 'F' -> push(Double.parseDouble(numberLine()));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.i8())));
            case 'S' -> push(quoted(in.line(StandardCharsets.ISO_8859_1)));
            case 'T' -> push(new String(in.bytes(in.u4()), StandardCharsets.ISO_8859_1));
            case 'U' -> push(new String(in.bytes(in.u1()), StandardCharsets.ISO_8859_1));
            case 'V' -> push(Escapes.unicode(in.line(StandardCharsets.ISO_8859_1)));
            case 'X' -> push(in.text(in.u4()));
            case 0x8c -> push(in.text(in.u1()));
            case 0x8d -> push(in.text(in.i8()));
            case 'B' -> push(data(in.bytes(in.u4())));
            case 'C' -> push(data(in.bytes(in.u1())));
            case 0x8e, 0x96 -> push(data(in.bytes(in.i8())));
            case 'p' -> memo.put(Long.parseLong(numberLine()), top());
            case 'q' -> memo.put((long) in.u1(), top());
            case 'r' -> memo.put(in.u4(), top());
            case 0x94 -> memo.put((long) memo.size(), top());
            case 'g' -> push(remembered(Long.parseLong(numberLine())));
            case 'h' -> push(remembered(in.u1()));
            case 'j' -> push(remembered(in.u4()));
            default -> executeOnObjects(instruction);
        }
    }

    private void executeOnObjects(int instruction) throws IOException {
        switch (instruction) {
            case ')' -> push(List.of());
            case 0x85 -> push(tuple(1));
            case 0x86 -> push(tuple(2));
            case 0x87 -> push(tuple(3));
            case 't' -> push(Collections.unmodifiableList(popMark()));
            case ']' -> push(new ArrayList<>());
            case 'l' -> push(popMark());
            case 'a' -> append(List.of(pop()));
            case 'e' -> append(popMark());
            case '}' -> push(new LinkedHashMap<>());
            case 'd' -> push(dictionary(popMark()));
            case 's' -> putAll(tuple(2));
            case 'u' -> putAll(popMark());
            case 0x8f -> push(new LinkedHashSet<>());
            case 0x90 -> addAll(popMark());
            case 0x91 -> push(set(popMark()));
            case 'c' -> push(new Global(in.line(StandardCharsets.UTF_8), in.line(StandardCharsets.UTF_8)));
            case 0x93 -> {
                String name = text(pop());
                push(new Global(text(pop()), name));
            }
            case 'R' -> {
                var arguments = list(pop());
                push(constructors.call(global(pop()), arguments));
            }
            case 'i' -> {
                var function = new Global(in.line(StandardCharsets.UTF_8), in.line(StandardCharsets.UTF_8));
                push(constructors.call(function, popMark()));
            }
            case 'o' -> {
                var parts = popMark();
                expect(!parts.isEmpty(), "an object has no class");
                push(constructors.call(global(parts.get(0)), parts.subList(1, parts.size())));
            }
            case 0x81 -> {
                var arguments = list(pop());
                push(constructors.create(global(pop()), arguments));
            }
            case 0x92 -> {
                Object keywords = pop();
                var arguments = list(pop());
                Object made = constructors.create(global(pop()), arguments);
                push(made);
                constructors.build(made, keywords);
            }
            case 'b' -> {
                Object state = pop();
                constructors.build(top(), state);
            }
            case 'Q' -> push(constructors.persistent(list(pop())));
            default -> throw damaged("instruction 0x%02x is unknown or not used by PyTorch".formatted(instruction));
        }
    }

    // ---------------------------------------------------------------- checked access

    CheckpointException damaged(String why) {
        return new CheckpointException(
                file, "holds a damaged or foreign pickle: " + why, "copy or download the file again");
    }

    CheckpointException refused(Global function) {
        String what = "asks for a call of " + CheckpointException.quote(function.toString())
                + ", which weights do not need; nothing was executed";
        return new CheckpointException(
                file, what, "do not load it with Python; get the weights from a source you trust");
    }

    void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw damaged(otherwise);
        }
    }

    String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw damaged("a text is none");
    }

    long number(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw damaged("a whole number is none");
    }

    @SuppressWarnings("unchecked")
    List<Object> list(Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw damaged("a tuple or list is none");
    }

    Global global(Object value) {
        if (value instanceof Global global) {
            return global;
        }
        throw damaged("what is to be constructed is no class");
    }

    Map<Object, Object> dictionary(List<Object> alternating) {
        var map = new LinkedHashMap<Object, Object>();
        putAll(map, alternating);
        return map;
    }

    Set<Object> set(Collection<Object> elements) {
        var set = new LinkedHashSet<Object>();
        elements.forEach(element -> set.add(key(element)));
        return set;
    }

    /** How many bytes of the pickle were read so far. */
    long position() {
        return in.position();
    }

    /**
     * Something that can be hashed in no time. Large or nested keys could make a small file cost hours; no checkpoint has
     * them.
     */
    Object key(Object value) {
        boolean plain = !(value instanceof Collection || value instanceof Map);
        if (value instanceof ByteBuffer bytes) {
            plain = bytes.remaining() <= 64;
        }
        if (value instanceof List<?> tuple) {
            plain = tuple.size() <= LONGEST_KEY
                    && tuple.stream().allMatch(part -> part instanceof String || part instanceof Number);
        }
        expect(plain, "a dictionary has a key of a kind that checkpoints do not have");
        return value;
    }

    // ---------------------------------------------------------------- the stack

    private void push(Object value) {
        stack.add(value);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private Object top() {
        expect(stack.size() > floor(), "its stack is empty");
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        expect(stack.size() > floor(), "its stack is empty");
        return stack.remove(stack.size() - 1);
    }

    private void popOrMark() {
        if (stack.size() > floor()) {
            stack.remove(stack.size() - 1);
        } else {
            popMark();
        }
    }

    private List<Object> popMark() {
        expect(!marks.isEmpty(), "a mark is missing");
        return popFrom(marks.remove(marks.size() - 1));
    }

    private List<Object> popFrom(int start) {
        var above = stack.subList(start, stack.size());
        var values = new ArrayList<>(above);
        above.clear();
        return values;
    }

    private List<Object> tuple(int size) {
        expect(stack.size() - size >= floor(), "its stack is empty");
        return Collections.unmodifiableList(popFrom(stack.size() - size));
    }

    private Object remembered(long index) {
        Object value = memo.get(index);
        if (value == null) {
            throw damaged("it refers to an object that it did not make");
        }
        return value;
    }

    // ---------------------------------------------------------------- filling containers

    private void append(List<Object> values) {
        // A subclass of list is data of its own kind; its elements are not kept.
        if (!(top() instanceof PythonObject)) {
            expect(top() instanceof ArrayList, "elements are added to something that is no list");
            list(top()).addAll(values);
        }
    }

    private void putAll(List<Object> alternating) {
        if (top() instanceof PythonObject object) {
            constructors.build(object, dictionary(alternating));
            return;
        }
        expect(top() instanceof Map, "entries are added to something that is no dictionary");
        @SuppressWarnings("unchecked")
        var map = (Map<Object, Object>) top();
        putAll(map, alternating);
    }

    private void putAll(Map<Object, Object> map, List<Object> alternating) {
        expect(alternating.size() % 2 == 0, "a dictionary has a key without a value");
        for (int i = 0; i < alternating.size(); i += 2) {
            map.put(key(alternating.get(i)), alternating.get(i + 1));
        }
    }

    private void addAll(List<Object> elements) {
        expect(top() instanceof Set, "elements are added to something that is no set");
        @SuppressWarnings("unchecked")
        var set = (Set<Object>) top();
        set.addAll(set(elements));
    }

    // ---------------------------------------------------------------- numbers and text

    private void protocol(int version) {
        expect(version <= 5, "protocol " + version + " is newer than 5");
    }

    private long number(long length) {
        expect(length <= LONGEST_NUMBER, "a number is longer than any checkpoint needs");
        return length;
    }

    private String numberLine() throws IOException {
        String line = in.line(StandardCharsets.ISO_8859_1).strip();
        number(line.length());
        return line;
    }

    private Object integerLine() throws IOException {
        String line = numberLine();
        return switch (line) {
            case "00" -> false;
            case "01" -> true;
            default -> integer(new BigInteger(line));
        };
    }

    private Object longLine() throws IOException {
        String line = numberLine();
        return integer(new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
    }

    private static Object integer(byte[] littleEndian) {
        if (littleEndian.length == 0) {
            return 0L;
        }
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return integer(new BigInteger(bigEndian));
    }

    private static Object integer(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        return value;
    }

    private String quoted(String line) {
        boolean quotes = line.length() >= 2
                && (line.charAt(0) == '\'' || line.charAt(0) == '"')
                && line.charAt(line.length() - 1) == line.charAt(0);
        expect(quotes, "a text has no quotes");
        return Escapes.bytes(line.substring(1, line.length() - 1));
    }

    private static ByteBuffer data(byte[] bytes) {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
