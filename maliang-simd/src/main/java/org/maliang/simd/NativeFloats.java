package org.maliang.simd;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap that is read as vectors of floats: through byte buffers up to JDK 20, which later versions of the
 * Vector API do not take, and through memory segments from JDK 22 on. The method is looked up once and compiled like any other
 * call.
 */
public final class NativeFloats {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final @Nullable MethodHandle LOAD = find(); // (Object memory, int offset) -> FloatVector
    private static final @Nullable MethodHandle SEGMENT = segment(); // (ByteBuffer) -> Object

    private final Object memory;

    private NativeFloats(Object memory) {
        this.memory = memory;
    }

    /** Whether this JVM reads such memory. */
    public static boolean served() {
        return Simd.served() && LOAD != null;
    }

    /** The memory of a direct buffer, which stays the caller's and must stay allocated. */
    public static NativeFloats of(ByteBuffer buffer) {
        MethodHandle segment = SEGMENT;
        if (segment == null) {
            return new NativeFloats(buffer);
        }
        try {
            return new NativeFloats(segment.invoke(buffer));
        } catch (Throwable e) {
            throw new IllegalStateException("no memory segment of a buffer", e);
        }
    }

    /** What {@link #load} takes. */
    Object memory() {
        return memory;
    }

    /** A vector from byte {@code offset} on; out of bounds an {@link IndexOutOfBoundsException}. */
    static FloatVector load(Object memory, int offset) {
        try {
            return (FloatVector) LOAD.invokeExact(memory, offset);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find() {
        try {
            Class<?> segments = segments();
            MethodHandle load = segments == null
                    ? handle("fromByteBuffer", ByteBuffer.class, int.class)
                    : handle("fromMemorySegment", segments, long.class);
            MethodHandle ordered = MethodHandles.insertArguments(
                    MethodHandles.insertArguments(load, 3, ByteOrder.nativeOrder()), 0, FLOATS);
            return ordered.asType(MethodType.methodType(FloatVector.class, Object.class, int.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static MethodHandle handle(String name, Class<?> memory, Class<?> offset)
            throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findStatic(
                        FloatVector.class,
                        name,
                        MethodType.methodType(FloatVector.class, VectorSpecies.class, memory, offset, ByteOrder.class));
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
