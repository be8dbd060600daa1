package org.maliang.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.checkpoint.LazyTensor;

/** Writes pickles of protocol 2 as {@code torch.save} would, with the tensors set aside as storages. */
final class Pickler {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<LazyTensor> storages = new ArrayList<>();

    /** The pickle of an object. */
    byte[] pickle(Object root) {
        raw("\u0080\2");
        write(root);
        raw(".");
        return out.toByteArray();
    }

    /** The tensors in the order of their storage keys 0, 1, 2, … */
    List<LazyTensor> storages() {
        return storages;
    }

    private void write(Object value) {
        if (value instanceof Map<?, ?> map) {
            raw("}(");
            map.forEach((key, element) -> {
                write(key);
                write(element);
            });
            raw("u");
        } else if (value instanceof List<?> list) {
            raw("](");
            list.forEach(this::write);
            raw("e");
        } else if (value instanceof LazyTensor tensor) {
            tensor(tensor);
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            raw("X");
            littleEndian(utf8.length, Integer.BYTES);
            out.writeBytes(utf8);
        } else if (value instanceof Integer || value instanceof Long) {
            integer(((Number) value).longValue());
        } else if (value instanceof Double number) {
            raw("G");
            littleEndian(Long.reverseBytes(Double.doubleToLongBits(number)), Long.BYTES);
        } else if (value instanceof Boolean truth) {
            raw(truth ? "\u0088" : "\u0089");
        } else if (value == None.NONE) {
            raw("N");
        } else {
            throw new IllegalArgumentException(
                    "a " + value.getClass().getSimpleName() + " cannot be written as a pickle");
        }
    }

    /** {@code _rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())}. */
    private void tensor(LazyTensor tensor) {
        raw("ctorch._utils\n_rebuild_tensor_v2\n((");
        write("storage");
        raw("ctorch\n" + StorageType.name(tensor.dtype()) + "\n");
        write(String.valueOf(storages.size()));
        write("cpu");
        integer(tensor.elements());
        raw("tQK\0");
        tuple(tensor.shape());
        tuple(strides(tensor.shape()));
        raw("\u0089ccollections\nOrderedDict\n)RtR");
        storages.add(tensor);
    }

    private static List<Long> strides(List<Long> shape) {
        var strides = new ArrayList<Long>(shape);
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.set(i, stride);
            stride *= Math.max(1, shape.get(i));
        }
        return strides;
    }

    private void tuple(List<Long> numbers) {
        raw("(");
        numbers.forEach(this::integer);
        raw("t");
    }

    private void integer(long value) {
        if (value == (int) value) {
            raw("J");
            littleEndian(value, Integer.BYTES);
        } else {
            raw("\u008a\10");
            littleEndian(value, Long.BYTES);
        }
    }

    private void littleEndian(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
    }

    /** One byte per character. */
    private void raw(String instructions) {
        out.writeBytes(instructions.getBytes(StandardCharsets.ISO_8859_1));
    }
}
