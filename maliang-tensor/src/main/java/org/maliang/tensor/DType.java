package org.maliang.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types, named as safetensors names them. */
public enum DType {
    F64(8, ScalarType.Double),
    F32(4, ScalarType.Float),
    F16(2, ScalarType.Half),
    BF16(2, ScalarType.BFloat16),
    I64(8, ScalarType.Long),
    I32(4, ScalarType.Int),
    I16(2, ScalarType.Short),
    I8(1, ScalarType.Char),
    U8(1, ScalarType.Byte),
    BOOL(1, ScalarType.Bool);

    private final int bytes;
    private final ScalarType scalarType;

    DType(int bytes, ScalarType scalarType) {
        this.bytes = bytes;
        this.scalarType = scalarType;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** True for the types that can carry gradients. */
    public boolean floating() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    public String safetensorsName() {
        return name();
    }

    /** The type of that safetensors name ({@code "F32"}, {@code "BF16"}, {@code "I64"}, {@code "BOOL"} …), any case. */
    public static DType of(String safetensorsName) {
        for (DType type : values()) {
            if (type.name().equals(safetensorsName.toUpperCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new TensorException("dtype '" + safetensorsName + "' is not supported; use F64, F32, F16, BF16, I64, I32,"
                + " I16, I8, U8 or BOOL");
    }

    ScalarType scalarType() {
        return scalarType;
    }

    static DType of(ScalarType type) {
        for (DType candidate : values()) {
            if (candidate.scalarType.value == type.value) {
                return candidate;
            }
        }
        throw new TensorException("element type " + type + " of LibTorch has no DType");
    }
}
