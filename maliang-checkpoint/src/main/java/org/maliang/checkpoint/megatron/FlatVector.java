package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.checkpoint.torch.TorchTensor;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/** Pieces of files that are one vector when laid end to end. */
final class FlatVector {
    private record Piece(TorchFile file, TorchTensor tensor) {}

    private final List<Piece> pieces = new ArrayList<>();
    private long elements;

    /** Adds all numbers of a contiguous tensor, whatever its shape. */
    void append(TorchFile file, TorchTensor tensor) {
        pieces.add(new Piece(file, tensor));
        elements += tensor.elements();
    }

    long elements() {
        return elements;
    }

    /** The part {@code [start, start + length)}; {@link CheckpointException} when the vector is shorter. */
    FlatVector slice(long start, long length) {
        var slice = new FlatVector();
        long skip = start;
        long left = length;
        for (var piece : pieces) {
            long count = Math.min(left, piece.tensor.elements() - Math.min(skip, piece.tensor.elements()));
            if (count > 0) {
                slice.append(piece.file, piece.tensor.run(skip, count));
                left -= count;
            }
            skip -= Math.min(skip, piece.tensor.elements());
        }
        if (left > 0) {
            String what = "has " + elements + " numbers where " + (start + length) + " are needed";
            throw new CheckpointException(
                    pieces.isEmpty()
                            ? java.nio.file.Path.of("")
                            : pieces.get(0).file.path(),
                    what,
                    "copy the file again");
        }
        return slice;
    }

    /** The numbers of all parts end to end, without the padding behind them, as 32-bit floats of that shape. */
    static Tensor tensor(List<FlatVector> parts, List<Long> shape) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        var runs = parts.stream()
                .flatMap(part -> part.pieces.stream())
                .map(piece -> piece.file.tensor(piece.tensor).to(DType.F32))
                .toList();
        if (runs.isEmpty()) {
            return Tensor.zeros(DType.F32, sizes);
        }
        Tensor all = runs.size() == 1 ? runs.get(0) : Tensor.cat(runs, 0); // [elements and padding]
        return all.narrow(0, 0, shape.stream().reduce(1L, Math::multiplyExact)).reshape(sizes);
    }
}
