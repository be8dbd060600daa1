package org.maliang.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.global.torch;

/** Copies between Java arrays and tensors; raw pointers never leave this class. */
final class HostCopy {
    private static final int WRITE_CHUNK = 8 << 20;

    private HostCopy() {}

    static Tensor of(float[] values, long... shape) {
        return fill(DType.F32, values.length, shape, p -> new FloatPointer(p).put(values, 0, values.length));
    }

    static Tensor of(double[] values, long... shape) {
        return fill(DType.F64, values.length, shape, p -> new DoublePointer(p).put(values, 0, values.length));
    }

    static Tensor of(long[] values, long... shape) {
        return fill(DType.I64, values.length, shape, p -> new LongPointer(p).put(values, 0, values.length));
    }

    static Tensor of(int[] values, long... shape) {
        return fill(DType.I32, values.length, shape, p -> new IntPointer(p).put(values, 0, values.length));
    }

    static Tensor of(boolean[] values, long... shape) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return fill(DType.BOOL, values.length, shape, p -> new BytePointer(p).put(bytes, 0, bytes.length));
    }

    /** Some numbers of one byte, from {@code from} on. */
    static Tensor of(byte[] values, int from, DType dtype, long... shape) {
        int count = (int) Shape.elements("of", shape);
        return fill(dtype, count, shape, p -> new BytePointer(p).put(values, from, count));
    }

    /** Some numbers of two bytes, from {@code from} on. */
    static Tensor of(short[] values, int from, DType dtype, long... shape) {
        int count = (int) Shape.elements("of", shape);
        return fill(dtype, count, shape, p -> new ShortPointer(p).put(values, from, count));
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[count(tensor)];
        return read(tensor, DType.F32, p -> {
            new FloatPointer(p).get(values, 0, values.length);
            return values;
        });
    }

    /** Numbers of one byte, whatever they are. */
    static byte[] bytes(Tensor tensor) {
        byte[] values = new byte[count(tensor)];
        return read(tensor, tensor.dtype(), p -> {
            new BytePointer(p).get(values, 0, values.length);
            return values;
        });
    }

    /** Numbers of two bytes, whatever they are. */
    static short[] shorts(Tensor tensor) {
        short[] values = new short[count(tensor)];
        return read(tensor, tensor.dtype(), p -> {
            new ShortPointer(p).get(values, 0, values.length);
            return values;
        });
    }

    static double[] doubles(Tensor tensor) {
        double[] values = new double[count(tensor)];
        return read(tensor, DType.F64, p -> {
            new DoublePointer(p).get(values, 0, values.length);
            return values;
        });
    }

    static long[] longs(Tensor tensor) {
        long[] values = new long[count(tensor)];
        return read(tensor, DType.I64, p -> {
            new LongPointer(p).get(values, 0, values.length);
            return values;
        });
    }

    static int[] ints(Tensor tensor) {
        int[] values = new int[count(tensor)];
        return read(tensor, DType.I32, p -> {
            new IntPointer(p).get(values, 0, values.length);
            return values;
        });
    }

    static boolean[] booleans(Tensor tensor) {
        byte[] bytes = new byte[count(tensor)];
        boolean[] values = new boolean[bytes.length];
        return read(tensor, DType.BOOL, p -> {
            new BytePointer(p).get(bytes, 0, bytes.length);
            for (int i = 0; i < bytes.length; i++) {
                values[i] = bytes[i] != 0;
            }
            return values;
        });
    }

    static void write(Tensor tensor, WritableByteChannel channel) {
        read(tensor, tensor.dtype(), start -> {
            try {
                long bytes = tensor.bytes();
                for (long done = 0; done < bytes; done += WRITE_CHUNK) {
                    long length = Math.min(WRITE_CHUNK, bytes - done);
                    ByteBuffer part = new BytePointer(start)
                            .position(done)
                            .limit(done + length)
                            .asByteBuffer();
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                }
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Tensor fill(DType dtype, int count, long[] shape, Consumer<Pointer> copy) {
        long expected = Shape.elements("of", shape);
        if (expected != count) {
            throw new TensorException("of: " + count + " values do not fill shape " + Arrays.toString(shape)
                    + ", which has " + expected + " elements");
        }
        return Natives.tensor("of " + Arrays.toString(shape), () -> {
            org.bytedeco.pytorch.Tensor tensor =
                    torch.empty(shape, Tensor.options(dtype, Device.CPU), new MemoryFormatOptional());
            if (count > 0) {
                copy.accept(tensor.data_ptr());
            }
            return tensor;
        });
    }

    private static <R> R read(Tensor tensor, DType dtype, Function<Pointer, R> copy) {
        try (Scope scope = Scope.open();
                Autograd.Guard guard = Autograd.noGrad()) {
            Tensor here = tensor.device().equals(Device.CPU) ? tensor : tensor.to(Device.CPU);
            Tensor typed = here.dtype() == dtype ? here : here.to(dtype);
            Tensor host = typed.isContiguous() ? typed : typed.contiguous();
            if (host.elements() == 0) {
                try (BytePointer nothing = new BytePointer(1)) { // an address to read no bytes from
                    return copy.apply(nothing);
                }
            }
            return copy.apply(host.raw("read").data_ptr());
        }
    }

    private static int count(Tensor tensor) {
        long elements = tensor.elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new TensorException(
                    "toArray: shape " + Arrays.toString(tensor.shape()) + " does not fit a Java array");
        }
        return (int) elements;
    }
}
