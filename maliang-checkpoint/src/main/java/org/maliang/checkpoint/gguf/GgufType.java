package org.maliang.checkpoint.gguf;

import java.util.Arrays;
import java.util.Optional;
import org.maliang.tensor.DType;

/** How GGUF stores numbers: as they are, or in blocks that share a scale (ggml.h, {@code ggml_type}). */
public enum GgufType {
    F32(0, DType.F32),
    F16(1, DType.F16),
    BF16(30, DType.BF16),
    F64(28, DType.F64),
    I8(24, DType.I8),
    I16(25, DType.I16),
    I32(26, DType.I32),
    I64(27, DType.I64),
    /** 32 numbers of 4 bits and an F16 scale. */
    Q4_0(2, 32, 18),
    /** 32 numbers of 4 bits, an F16 scale and an F16 minimum. */
    Q4_1(3, 32, 20),
    /** 32 numbers of 5 bits and an F16 scale. */
    Q5_0(6, 32, 22),
    /** 32 numbers of 5 bits, an F16 scale and an F16 minimum. */
    Q5_1(7, 32, 24),
    /** 32 numbers of 8 bits and an F16 scale. */
    Q8_0(8, 32, 34),
    /** 256 numbers of 4 bits, and 8 scales and minima of 6 bits. */
    Q4_K(12, 256, 144),
    /** 256 numbers of 5 bits, and 8 scales and minima of 6 bits. */
    Q5_K(13, 256, 176),
    /** 256 numbers of 6 bits, and 16 scales of 8 bits. */
    Q6_K(14, 256, 210);

    private final int id;
    private final int blockSize;
    private final int blockBytes;
    private final DType dtype;

    GgufType(int id, DType dtype) {
        this.id = id;
        this.blockSize = 1;
        this.blockBytes = dtype.bytes();
        this.dtype = dtype;
    }

    GgufType(int id, int blockSize, int blockBytes) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.dtype = DType.F32;
    }

    static Optional<GgufType> of(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** The type that stores tensors of {@code dtype} as they are. */
    public static GgufType of(DType dtype) {
        return Arrays.stream(values())
                .filter(type -> !type.quantised() && type.dtype == dtype)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("GGUF has no type for " + dtype + "; convert to F32 first"));
    }

    int id() {
        return id;
    }

    /** Numbers in a block; 1 where there are no blocks. */
    public int blockSize() {
        return blockSize;
    }

    int blockBytes() {
        return blockBytes;
    }

    /** What tensors are given as: F32 for quantised ones. */
    public DType dtype() {
        return dtype;
    }

    public boolean quantised() {
        return blockSize > 1;
    }

    /** Bytes of {@code elements} numbers, a whole number of blocks. */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockSize, (long) blockBytes);
    }
}
