package org.maliang.checkpoint.torch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.tensor.DType;

/**
 * What the elements of a storage are.
 *
 * @param bytes size of one element
 * @param dtype empty where no tensor of ours can hold them (complex and quantised numbers)
 */
record StorageType(int bytes, Optional<DType> dtype) {
    private static final Map<String, StorageType> STORAGES = Map.ofEntries(
            Map.entry("DoubleStorage", of(DType.F64)),
            Map.entry("FloatStorage", of(DType.F32)),
            Map.entry("HalfStorage", of(DType.F16)),
            Map.entry("BFloat16Storage", of(DType.BF16)),
            Map.entry("LongStorage", of(DType.I64)),
            Map.entry("IntStorage", of(DType.I32)),
            Map.entry("ShortStorage", of(DType.I16)),
            Map.entry("CharStorage", of(DType.I8)),
            Map.entry("ByteStorage", of(DType.U8)),
            Map.entry("BoolStorage", of(DType.BOOL)),
            Map.entry("UntypedStorage", of(DType.U8)),
            Map.entry("ComplexFloatStorage", new StorageType(8, Optional.empty())),
            Map.entry("ComplexDoubleStorage", new StorageType(16, Optional.empty())),
            Map.entry("QInt8Storage", new StorageType(1, Optional.empty())),
            Map.entry("QUInt8Storage", new StorageType(1, Optional.empty())),
            Map.entry("QInt32Storage", new StorageType(4, Optional.empty())));

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            Map.entry("float64", DType.F64),
            Map.entry("double", DType.F64),
            Map.entry("float32", DType.F32),
            Map.entry("float", DType.F32),
            Map.entry("float16", DType.F16),
            Map.entry("half", DType.F16),
            Map.entry("bfloat16", DType.BF16),
            Map.entry("int64", DType.I64),
            Map.entry("long", DType.I64),
            Map.entry("int32", DType.I32),
            Map.entry("int", DType.I32),
            Map.entry("int16", DType.I16),
            Map.entry("short", DType.I16),
            Map.entry("int8", DType.I8),
            Map.entry("uint8", DType.U8),
            Map.entry("bool", DType.BOOL));

    private static final List<String> MODULES = List.of("torch", "torch.cuda", "torch.storage");

    /** {@code torch.HalfStorage} and its kin; empty for any other name. */
    static Optional<StorageType> of(Global type) {
        return MODULES.contains(type.module()) ? Optional.ofNullable(STORAGES.get(type.name())) : Optional.empty();
    }

    /** {@code torch.float16} and its kin; empty for any other name. */
    static Optional<DType> dtype(Global constant) {
        return constant.module().equals("torch") ? Optional.ofNullable(DTYPES.get(constant.name())) : Optional.empty();
    }

    /** The class of the storages of a type, as files name it. */
    static String name(DType dtype) {
        return STORAGES.entrySet().stream()
                .filter(entry -> entry.getValue().dtype().equals(Optional.of(dtype)))
                .map(Map.Entry::getKey)
                .filter(name -> !name.equals("UntypedStorage"))
                .findFirst()
                .orElseThrow();
    }

    private static StorageType of(DType dtype) {
        return new StorageType(dtype.bytes(), Optional.of(dtype));
    }
}
