package org.maliang.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.maliang.checkpoint.TensorInfo;

/** Writes a pickle of protocol 2. */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        out.write(0x80);
        out.write(2);
    }

    PickleWriter raw(String instructions) {
        out.writeBytes(TorchWriter.ascii(instructions));
        return this;
    }

    PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        four(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    void value(Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Boolean flag) {
            out.write(flag ? 0x88 : 0x89);
        } else if (value instanceof Long number) {
            number(number);
        } else if (value instanceof Double number) {
            out.write('G');
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else {
            throw new IllegalArgumentException("a " + value.getClass().getSimpleName() + " cannot be written");
        }
    }

    /** A tensor that is all of a storage. */
    void tensor(TensorInfo info, int storage) {
        raw("ctorch._utils\n_rebuild_tensor_v2\n((");
        text("storage");
        raw("ctorch\n" + StorageType.name(info.dtype()) + "\n");
        text(Integer.toString(storage)).text("cpu");
        number(info.elements());
        raw("tQ");
        number(0);
        tuple(info.shape());
        tuple(strides(info.shape()));
        out.write(0x89);
        raw("ccollections\nOrderedDict\n)RtR");
    }

    private static List<Long> strides(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.get(i));
        }
        return List.of(strides);
    }

    private void tuple(List<Long> numbers) {
        raw("(");
        numbers.forEach(this::number);
        raw("t");
    }

    private void number(long number) {
        if (number >= 0 && number <= Integer.MAX_VALUE) {
            out.write('J');
            four((int) number);
        } else {
            out.write(0x8a);
            out.write(8);
            four((int) number);
            four((int) (number >> 32));
        }
    }

    private void four(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >> shift);
        }
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
