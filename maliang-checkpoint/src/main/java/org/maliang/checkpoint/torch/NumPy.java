package org.maliang.checkpoint.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arrays, scalars and number formats of NumPy, as they are pickled. */
final class NumPy {
    private final Unpickler pickle;

    NumPy(Unpickler pickle) {
        this.pickle = pickle;
    }

    /** An array without content, which its state then gives. */
    static PythonObject array() {
        return new PythonObject(new Global("numpy", "ndarray"), List.of());
    }

    /** {@code (data, dtype, shape, order)}. */
    Object fromBuffer(List<Object> arguments) {
        var array = array();
        describe(
                array,
                pickle.argument(arguments, 1),
                pickle.argument(arguments, 2),
                pickle.argument(arguments, 3).equals("F"),
                pickle.argument(arguments, 0));
        return array;
    }

    private void describe(PythonObject array, Object dtype, Object shape, Object fortran, Object data) {
        array.attributes().put("dtype", dtypeName(dtype));
        array.attributes().put("shape", shape);
        array.attributes().put("fortran", fortran);
        array.attributes().put("data", data);
    }

    /** As NumPy writes it: {@code <f4}. */
    private String dtypeName(Object dtype) {
        pickle.expectFit(
                dtype instanceof PythonObject object && !object.arguments().isEmpty());
        var object = (PythonObject) dtype;
        return pickle.text(object.attributes().getOrDefault("order", ""))
                + pickle.text(object.arguments().get(0));
    }

    /** {@code (dtype, bytes)}: a number, where Java has such a one. */
    Object scalar(List<Object> arguments) {
        String dtype = dtypeName(pickle.argument(arguments, 0));
        Object raw = pickle.argument(arguments, 1);
        var data = raw instanceof String text ? ByteBuffer.wrap(latin1(text)) : raw;
        if (!(data instanceof ByteBuffer bytes) || dtype.length() < 3) {
            return new PythonObject(new Global("numpy", "generic"), arguments);
        }
        bytes = bytes.duplicate().order(dtype.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        String type = dtype.substring(1);
        pickle.expectFit(!type.matches("[fiub][1248]") || bytes.remaining() == type.charAt(1) - '0');
        return switch (type) {
            case "f8" -> bytes.getDouble();
            case "f4" -> (double) bytes.getFloat();
            case "i8", "u8" -> bytes.getLong();
            case "i4" -> (long) bytes.getInt();
            case "u4" -> Integer.toUnsignedLong(bytes.getInt());
            case "i2" -> (long) bytes.getShort();
            case "i1" -> (long) bytes.get();
            case "u1" -> (long) (bytes.get() & 0xff);
            case "b1" -> bytes.get() != 0;
            default -> new PythonObject(new Global("numpy", "generic"), arguments);
        };
    }

    /** Gives an array or a number format its state; false for an object of another class. */
    boolean build(PythonObject object, Object state) {
        return switch (object.type().toString()) {
            case "numpy.ndarray" -> {
                pickle.expectFit(state instanceof List<?> parts && parts.size() == 5);
                var parts = (List<?>) state;
                describe(object, parts.get(2), parts.get(1), parts.get(3), parts.get(4));
                yield true;
            }
            case "numpy.dtype" -> {
                pickle.expectFit(state instanceof List<?> parts && parts.size() > 1);
                object.attributes().put("order", ((List<?>) state).get(1));
                yield true;
            }
            default -> false;
        };
    }

    /** The bytes that Python 2 called a text. */
    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
