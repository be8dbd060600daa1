package org.maliang.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** A tensor to be written: what the header says of it, and its little-endian bytes on demand. */
record Entry(String name, DType dtype, List<Long> shape, long bytes, Content content) {

    /** Hugging Face's order of types, which keeps every tensor aligned: widest first. */
    private static final List<DType> TYPES = List.of(
            DType.I64,
            DType.F64,
            DType.F32,
            DType.I32,
            DType.BF16,
            DType.F16,
            DType.I16,
            DType.I8,
            DType.U8,
            DType.BOOL);

    /** The order of Hugging Face's writer: type, then name by Unicode code points. */
    static final Comparator<Entry> ORDER = Comparator.<Entry>comparingInt(entry -> TYPES.indexOf(entry.dtype))
            .thenComparing(Entry::name, Entry::compareCodePoints);

    /** Produces exactly {@link Entry#bytes} bytes. */
    interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    static Entry of(String name, Tensor tensor) {
        var shape = Arrays.stream(tensor.shape()).boxed().toList();
        return new Entry(name, tensor.dtype(), shape, tensor.bytes(), channel -> write(tensor, channel));
    }

    /** The tensor in another number format, converted when it is written. */
    static Entry of(String name, Tensor tensor, DType dtype) {
        var shape = Arrays.stream(tensor.shape()).boxed().toList();
        return new Entry(name, dtype, shape, tensor.elements() * dtype.bytes(), channel -> {
            try (Scope scope = Scope.open()) {
                write(tensor.detach().to(dtype), channel);
            }
        });
    }

    /** A tensor that is made when it is written. */
    static Entry of(String name, LazyTensor tensor) {
        return new Entry(name, tensor.dtype(), tensor.shape(), tensor.bytes(), channel -> {
            try (Scope scope = Scope.open()) {
                write(tensor.numbers().get(), channel);
            }
        });
    }

    static Map<String, Entry> of(Map<String, Tensor> tensors) {
        var entries = new LinkedHashMap<String, Entry>();
        tensors.forEach((name, tensor) -> entries.put(name, of(name, tensor)));
        return entries;
    }

    TensorInfo at(long offset) {
        return new TensorInfo(name, dtype, shape, offset, bytes);
    }

    private static void write(Tensor tensor, WritableByteChannel channel) throws IOException {
        try {
            tensor.writeTo(channel);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int compareCodePoints(String left, String right) {
        return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
    }
}
