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
    private static final int MOST_INSTRUCTIONS = 8_000_000;

    private final Path file;
    private final PickleInput in;
    private final Constructors constructors;
    private final PickleStack stack = new PickleStack(this);
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
            memo.clear();
            int count = 0;
            for (int instruction = in.u1(); instruction != '.'; instruction = in.u1()) {
                expect(count++ < MOST_INSTRUCTIONS, "it makes more objects than any checkpoint has");
                execute(instruction);
            }
            return stack.pop();
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
            case '(' -> stack.mark();
            case '0' -> stack.popOrMark();
            case '1' -> stack.popMark();
            case '2' -> stack.push(stack.top());
            case 'N' -> stack.push(None.NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'I' -> stack.push(integerLine());
            case 'J' -> stack.push((long) in.i4());
            case 'K' -> stack.push((long) in.u1());
            case 'M' -> stack.push((long) in.u2());
            case 'L' -> stack.push(longLine());
            case 0x8a -> stack.push(integer(in.bytes(in.u1())));
            case 0x8b -> stack.push(integer(in.bytes(number(in.u4()))));
            case 'F' -> stack.push(Double.parseDouble(numberLine()));
            case 'G' -> stack.push(Double.longBitsToDouble(Long.reverseBytes(in.i8())));
            case 'S' -> stack.push(quoted(in.line(StandardCharsets.ISO_8859_1)));
            case 'T' -> stack.push(new String(in.bytes(in.u4()), StandardCharsets.ISO_8859_1));
            case 'U' -> stack.push(new String(in.bytes(in.u1()), StandardCharsets.ISO_8859_1));
            case 'V' -> stack.push(Escapes.unicode(in.line(StandardCharsets.ISO_8859_1)));
            case 'X' -> stack.push(in.text(in.u4()));
            case 0x8c -> stack.push(in.text(in.u1()));
            case 0x8d -> stack.push(in.text(in.i8()));
            case 'B' -> stack.push(data(in.bytes(in.u4())));
            case 'C' -> stack.push(data(in.bytes(in.u1())));
            case 0x8e, 0x96 -> stack.push(data(in.bytes(in.i8())));
            case 'p' -> memo.put(Long.parseLong(numberLine()), stack.top());
            case 'q' -> memo.put((long) in.u1(), stack.top());
            case 'r' -> memo.put(in.u4(), stack.top());
            case 0x94 -> memo.put((long) memo.size(), stack.top());
            case 'g' -> stack.push(remembered(Long.parseLong(numberLine())));
            case 'h' -> stack.push(remembered(in.u1()));
            case 'j' -> stack.push(remembered(in.u4()));
            default -> executeOnObjects(instruction);
        }
    }

    private void executeOnObjects(int instruction) throws IOException {
        switch (instruction) {
            case ')' -> stack.push(List.of());
            case 0x85 -> stack.push(stack.tuple(1));
            case 0x86 -> stack.push(stack.tuple(2));
            case 0x87 -> stack.push(stack.tuple(3));
            case 't' -> stack.push(Collections.unmodifiableList(stack.popMark()));
            case ']' -> stack.push(new ArrayList<>());
            case 'l' -> stack.push(stack.popMark());
            case 'a' -> append(List.of(stack.pop()));
            case 'e' -> append(stack.popMark());
            case '}' -> stack.push(new LinkedHashMap<>());
            case 'd' -> stack.push(dictionary(stack.popMark()));
            case 's' -> putAll(stack.tuple(2));
            case 'u' -> putAll(stack.popMark());
            case 0x8f -> stack.push(new LinkedHashSet<>());
            case 0x90 -> addAll(stack.popMark());
            case 0x91 -> stack.push(set(stack.popMark()));
            case 'c' -> stack.push(new Global(in.line(StandardCharsets.UTF_8), in.line(StandardCharsets.UTF_8)));
            case 0x93 -> {
                String name = text(stack.pop());
                stack.push(new Global(text(stack.pop()), name));
            }
            case 'R' -> {
                var arguments = list(stack.pop());
                stack.push(constructors.call(global(stack.pop()), arguments));
            }
            case 'i' -> {
                var function = new Global(in.line(StandardCharsets.UTF_8), in.line(StandardCharsets.UTF_8));
                stack.push(constructors.call(function, stack.popMark()));
            }
            case 'o' -> {
                var parts = stack.popMark();
                expect(!parts.isEmpty(), "an object has no class");
                stack.push(constructors.call(global(parts.get(0)), parts.subList(1, parts.size())));
            }
            case 0x81 -> {
                var arguments = list(stack.pop());
                stack.push(constructors.create(global(stack.pop()), arguments));
            }
            case 0x92 -> {
                Object keywords = stack.pop();
                var arguments = list(stack.pop());
                Object made = constructors.create(global(stack.pop()), arguments);
                stack.push(made);
                constructors.build(made, keywords);
            }
            case 'b' -> {
                Object state = stack.pop();
                constructors.build(stack.top(), state);
            }
            case 'Q' -> stack.push(constructors.persistent(list(stack.pop())));
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

    void expectFit(boolean condition) {
        expect(condition, "a call has arguments that do not fit");
    }

    /** One argument of a call. */
    Object argument(List<Object> arguments, int index) {
        expect(index < arguments.size(), "a call has too few arguments");
        return arguments.get(index);
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
     * Something that can be hashed and compared in no time; a tuple as text. Other keys could make a small file cost
     * hours, and no checkpoint has them.
     */
    Object key(Object value) {
        if (value instanceof List<?> tuple && tuple.size() <= LONGEST_KEY) {
            boolean plain = tuple.stream().allMatch(part -> part instanceof String || part instanceof Long);
            expect(plain, "a dictionary has a key of a kind that checkpoints do not have");
            return tuple.toString();
        }
        boolean plain = value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof None
                || value instanceof Global
                || value instanceof PythonObject // equal to itself alone
                || value instanceof ByteBuffer bytes && bytes.remaining() <= 64;
        expect(plain, "a dictionary has a key of a kind that checkpoints do not have");
        return value;
    }

    // ---------------------------------------------------------------- filling containers

    private Object remembered(long index) {
        Object value = memo.get(index);
        if (value == null) {
            throw damaged("it refers to an object that it did not make");
        }
        return value;
    }

    private void append(List<Object> values) {
        // A subclass of list is data of its own kind; its elements are not kept.
        if (!(stack.top() instanceof PythonObject)) {
            expect(stack.top() instanceof ArrayList, "elements are added to something that is no list");
            list(stack.top()).addAll(values);
        }
    }

    private void putAll(List<Object> alternating) {
        if (stack.top() instanceof PythonObject object) {
            constructors.build(object, dictionary(alternating));
            return;
        }
        expect(stack.top() instanceof Map, "entries are added to something that is no dictionary");
        @SuppressWarnings("unchecked")
        var map = (Map<Object, Object>) stack.top();
        putAll(map, alternating);
    }

    private void putAll(Map<Object, Object> map, List<Object> alternating) {
        expect(alternating.size() % 2 == 0, "a dictionary has a key without a value");
        for (int i = 0; i < alternating.size(); i += 2) {
            map.put(key(alternating.get(i)), alternating.get(i + 1));
        }
    }

    private void addAll(List<Object> elements) {
        expect(stack.top() instanceof Set, "elements are added to something that is no set");
        @SuppressWarnings("unchecked")
        var set = (Set<Object>) stack.top();
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
