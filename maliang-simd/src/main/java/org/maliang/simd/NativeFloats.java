package org.maliang.simd;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap that is read as vectors of floats, in which it has them or in bfloat16: through byte buffers up to JDK 20, which later versions of the
 * Vector API do not take, and through memory segments from JDK 22 on. The method is looked up once and compiled like any other
 * call.
 */
public final class NativeFloats {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Short.SIZE * FLOATS.length()));
    private static final int HALF = 16; // bits of a float that bfloat16 has

    // (Object memory, int offset) -> a vector
    private static final @Nullable MethodHandle WHOLE = find(FloatVector.class, FLOATS);
    private static final @Nullable MethodHandle HALVES = find(ShortVector.class, SHORTS);
    private static final @Nullable MethodHandle SEGMENT = segment(); // (ByteBuffer) -> Object

    private final Object memory;
    private final boolean half;

    private NativeFloats(Object memory, boolean half) {
        this.memory = memory;
        this.half = half;
    }

    /** Whether this JVM reads such memory. */
    public static boolean served() {
        return Simd.served() && WHOLE != null && HALVES != null;
    }

    /**
     * The memory of a direct buffer, which stays the caller's and must stay allocated.
     *
     * @param half whether it holds bfloat16
     */
    public static NativeFloats of(ByteBuffer buffer, boolean half) {
        MethodHandle segment = SEGMENT;
        if (segment == null) {
            return new NativeFloats(buffer, half);
        }
        try {
            return new NativeFloats(segment.invoke(buffer), half);
        } catch (Throwable e) {
            throw new IllegalStateException("no memory segment of a buffer", e);
        }
    }

    /** What {@link #load} takes. */
    Object memory() {
        return memory;
    }

    /** Likewise. */
    boolean half() {
        return half;
    }

    /** A vector from number {@code index} on; out of bounds an {@link IndexOutOfBoundsException}. */
    static FloatVector load(Object memory, boolean half, int index) {
        try {
            if (half) {
                ShortVector upper = (ShortVector) HALVES.invokeExact(memory, index * Short.BYTES);
                return ((IntVector) upper.convertShape(VectorOperators.S2I, INTS, 0))
                        .lanewise(VectorOperators.LSHL, HALF)
                        .viewAsFloatingLanes();
            }
            return (FloatVector) WHOLE.invokeExact(memory, index * Float.BYTES);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find(Class<?> vector, VectorSpecies<?> species) {
        try {
            Class<?> segments = segments();
            MethodHandle load = segments == null
                    ? handle(vector, "fromByteBuffer", ByteBuffer.class, int.class)
                    : handle(vector, "fromMemorySegment", segments, long.class);
            MethodHandle ordered = MethodHandles.insertArguments(
                    MethodHandles.insertArguments(load, 3, ByteOrder.nativeOrder()), 0, species);
            return ordered.asType(MethodType.methodType(vector, Object.class, int.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static MethodHandle handle(Class<?> vector, String name, Class<?> memory, Class<?> offset)
            throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findStatic(
                        vector,
                        name,
                        MethodType.methodType(vector, VectorSpecies.class, memory, offset, ByteOrder.class));
    }

    private static @Nullable MethodHandle segment() {
        try {
            Class<?> segments = segments();
            return segments == null
                    ? null
                    : MethodHandles.lookup()
                            .findStatic(segments, "ofBuffer", MethodType.methodType(segments, java.nio.Buffer.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** The class of memory segments where it is final; null in older versions. */
    private static @Nullable Class<?> segments() throws ClassNotFoundException {
        return Runtime.version().feature() < 22 ? null : Class.forName("java.lang.foreign.MemorySegment");
    }
}
