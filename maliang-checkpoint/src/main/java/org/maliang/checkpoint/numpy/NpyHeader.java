package org.maliang.checkpoint.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * What stands before the numbers of an array: magic, version, and a Python dictionary of type, order and shape.
 *
 * @param fortran whether the first dimension runs fastest
 * @param length bytes before the first number
 */
record NpyHeader(DType dtype, boolean fortran, List<Long> shape, int length) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int LONGEST = 1 << 16;
    private static final int MOST_DIMENSIONS = 32;
    private static final String REMEDY = "copy the file again, or write it again with numpy.savez";

    /** Quantifiers are possessive: the time to match grows with the length of the text, and no faster. */
    private static final Pattern DICTIONARY = Pattern.compile("\\s*+\\{(.*)\\}\\s*+", Pattern.DOTALL);

    private static final Pattern ITEM = Pattern.compile(
            "\\s*+['\"](descr|fortran_order|shape)['\"]\\s*+:\\s*+"
                    + "(?:['\"]([^'\"]*+)['\"]|(True|False)|\\(([\\dL,\\s]*+)\\)|(\\[.*))\\s*+(?:,|$)",
            Pattern.DOTALL);

    /** Reads the header at the start of a stream, which then stands before the numbers. */
    static NpyHeader read(Path file, String array, InputStream in) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2
                || !ByteBuffer.wrap(start, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw wrong(file, array, "does not begin with NumPy's magic", REMEDY);
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw wrong(file, array, "has format version " + version, "versions 1 to 3 are supported");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        byte[] lengthField = readFully(in, lengthBytes);
        long length = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            length = length << 8 | lengthField[i] & 0xff;
        }
        if (length > LONGEST) {
            throw wrong(file, array, "has a header of " + length + " bytes", REMEDY);
        }
        String text = new String(
                readFully(in, (int) length), version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        return parse(file, array, text, start.length + lengthBytes + (int) length);
    }

    private static byte[] readFully(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ends inside the header of an array");
        }
        return bytes;
    }

    private static NpyHeader parse(Path file, String array, String text, int length) {
        Matcher whole = DICTIONARY.matcher(text);
        Optional<DType> dtype = Optional.empty();
        Optional<Boolean> fortran = Optional.empty();
        Optional<List<Long>> shape = Optional.empty();
        if (whole.matches()) {
            String items = whole.group(1).stripTrailing();
            Matcher item = ITEM.matcher(items);
            int at = 0;
            while (at < items.length() && item.region(at, items.length()).lookingAt()) {
                at = item.end();
                switch (item.group(1)) {
                    case "descr" -> dtype = Optional.of(dtype(file, array, item));
                    case "fortran_order" ->
                        fortran = Optional.ofNullable(item.group(3)).map("True"::equals);
                    default -> shape = Optional.ofNullable(item.group(4)).map(list -> shape(file, array, list));
                }
            }
            if (at == items.length() && dtype.isPresent() && fortran.isPresent() && shape.isPresent()) {
                return new NpyHeader(dtype.get(), fortran.get(), shape.get(), length);
            }
        }
        throw wrong(
                file, array, "has a header that is not NumPy's: " + CheckpointException.quote(text.strip()), REMEDY);
    }

    private static DType dtype(Path file, String array, Matcher item) {
        String name = item.group(2) == null ? "a record or something else" : item.group(2);
        String plain = name.isEmpty() ? "" : name.substring(1);
        if (name.startsWith(">") && !plain.endsWith("1")) {
            throw wrong(file, array, "is big-endian (" + name + ")", "save it as a.astype(a.dtype.newbyteorder('<'))");
        }
        return switch (name.matches("[<>|=].*") ? plain : "") {
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            case "i1" -> DType.I8;
            case "i2" -> DType.I16;
            case "i4" -> DType.I32;
            case "i8" -> DType.I64;
            case "u1" -> DType.U8;
            case "b1" -> DType.BOOL;
            case "V2" -> DType.BF16;
            case "O" -> throw wrong(file, array, "holds Python objects", "they are not read: save arrays of numbers");
            default ->
                throw wrong(
                        file,
                        array,
                        "is of type " + CheckpointException.quote(name),
                        "save it as float16, float32, float64, int8 to int64, uint8 or bool");
        };
    }

    /** Sizes between the parentheses; Python 2 wrote an L behind them. */
    private static List<Long> shape(Path file, String array, String list) {
        List<Long> shape = new ArrayList<>();
        for (String size : list.isBlank() ? new String[0] : list.split(",")) {
            String digits = size.strip();
            digits = digits.endsWith("L") ? digits.substring(0, digits.length() - 1) : digits;
            if (!digits.matches("\\d{1,18}") || shape.size() == MOST_DIMENSIONS) {
                throw wrong(file, array, "has the shape " + CheckpointException.quote(list), REMEDY);
            }
            shape.add(Long.parseLong(digits));
        }
        return shape;
    }

    /** Bytes of the numbers; {@link ArithmeticException} when no tensor can have that shape. */
    long dataBytes() {
        long strides = dtype.bytes();
        for (long size : shape) {
            strides = Math.multiplyExact(strides, Math.max(size, 1));
        }
        return shape.contains(0L) ? 0 : strides;
    }

    /** Refuses a shape that does not fit the bytes there are. */
    void checkData(Path file, String array, long bytes) {
        try {
            if (dataBytes() == bytes) {
                return;
            }
        } catch (ArithmeticException e) {
            // Falls through: such a shape fits no file.
        }
        throw wrong(
                file,
                array,
                "has " + bytes + " bytes, which do not fit its type " + dtype + " and shape " + shape,
                REMEDY);
    }

    /** The array whose numbers begin at {@code offset}; one in Fortran's order is a view of its transpose. */
    Tensor map(Path file, long offset) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        if (!fortran || sizes.length < 2 || shape.contains(0L)) {
            return Tensor.map(file, offset, dtype, sizes);
        }
        int last = sizes.length - 1;
        long[] order = LongStream.rangeClosed(0, last).map(i -> last - i).toArray();
        long[] reversed = LongStream.of(order).map(i -> sizes[(int) i]).toArray();
        try (Tensor transposed = Tensor.map(file, offset, dtype, reversed)) {
            return transposed.permute(order);
        }
    }

    /** The header of a new array in C order, padded so that the numbers behind it begin at a multiple of 64 bytes. */
    static byte[] of(DType dtype, long[] shape) {
        String sizes = Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        sizes = shape.length > 1 ? sizes.substring(0, sizes.length() - 1) : sizes;
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr(dtype), sizes);
        int before = MAGIC.length + 4;
        int length = (before + dictionary.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padding = " ".repeat(length - before - dictionary.length() - 1) + "\n";
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (length - before))
                .put((dictionary + padding).getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    private static String descr(DType dtype) {
        return switch (dtype) {
            case BOOL -> "|b1";
            case U8 -> "|u1";
            case I8 -> "|i1";
            case BF16 -> throw new IllegalArgumentException("NumPy has no bfloat16: convert to F32 first");
            default -> "<" + dtype.name().substring(0, 1).toLowerCase(Locale.ROOT) + dtype.bytes();
        };
    }

    static CheckpointException wrong(Path file, String array, String what, String remedy) {
        return new CheckpointException(file, "array " + CheckpointException.quote(array) + " " + what, remedy);
    }
}
