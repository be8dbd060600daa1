package org.maliang.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;

/** Tensors over the pages of a file. */
final class MappedFile {
    private MappedFile() {}

    static Tensor tensor(Path file, long offset, DType dtype, long... shape) {
        long bytes = Shape.bytes("map " + file, dtype, shape);
        check(file, offset, bytes);
        if (bytes == 0) {
            return Tensor.zeros(dtype, shape);
        }
        return Natives.tensor("map " + file, () -> {
            org.bytedeco.pytorch.Tensor all = torch.from_file(
                    file.toString(),
                    new BoolOptional(false),
                    new LongOptional(offset + bytes),
                    Tensor.options(DType.U8, Device.CPU));
            org.bytedeco.pytorch.Tensor part = all.narrow(0, offset, bytes);
            if (offset % dtype.bytes() != 0) {
                part = part.clone();
            }
            return (dtype == DType.U8 ? part : part.view(dtype.scalarType())).view(shape);
        });
    }

    private static void check(Path file, long offset, long bytes) {
        try {
            long size = Files.size(file);
            if (offset < 0 || offset > size - bytes) {
                throw new TensorException("map: " + file + " has " + size + " bytes, but " + bytes + " from byte "
                        + offset + " on are asked for; the file is truncated or its header is wrong");
            }
        } catch (IOException e) {
            throw new TensorException("map: cannot read " + file + "; check the path and the permissions", e);
        }
    }
}
