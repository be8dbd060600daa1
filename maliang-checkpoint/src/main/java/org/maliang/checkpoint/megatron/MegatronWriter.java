package org.maliang.checkpoint.megatron;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.None;
import org.maliang.checkpoint.torch.TorchWriter;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Cuts whole tensors for tensor-parallel ranks and writes them as CPM's are: {@code mp_rank_XX_model_states.pt} with the
 * tensors under {@code module}. Tensors are read, cut and written one by one.
 *
 * @param ranks how many; the number of attention heads must be a multiple, which a file does not tell
 * @param layout how the tensors are cut
 * @param dtype of floating-point tensors; empty leaves them as they are
 * @param vocabularyMultiple rows of zeros are added to the tables of tokens until each rank has a multiple of this many:
 *     128 in Megatron-LM, 1 in CPM
 */
public record MegatronWriter(int ranks, TensorLayout layout, Optional<DType> dtype, int vocabularyMultiple) {
    public MegatronWriter {
        if (ranks < 1 || vocabularyMultiple < 1) {
            throw new IllegalArgumentException("ranks and the multiple of the vocabulary must be positive, not " + ranks
                    + " and " + vocabularyMultiple);
        }
    }

    /** As few padding rows as possible, numbers as they are. */
    public MegatronWriter(int ranks, TensorLayout layout) {
        this(ranks, layout, Optional.empty(), 1);
    }

    /**
     * Writes one file for each rank.
     *
     * @throws IllegalArgumentException when a tensor cannot be cut into that many parts
     * @throws CheckpointException when the directory holds a checkpoint already, or cannot be written
     */
    public void write(Path directory, Weights weights) {
        if (Files.isDirectory(directory) && MegatronCheckpoint.isIn(directory)) {
            throw new CheckpointException(directory, "holds a checkpoint already", "choose an empty directory");
        }
        for (int rank = 0; rank < ranks; rank++) {
            TorchWriter.write(directory.resolve("mp_rank_%02d_model_states.pt".formatted(rank)), file(weights, rank));
        }
    }

    /** What DeepSpeed's loader looks for. */
    private Map<String, Object> file(Weights weights, int rank) {
        var module = new LinkedHashMap<String, Object>();
        for (String name : weights.names()) {
            module.put(name, piece(name, LazyTensor.of(weights, name), rank).to(dtype));
        }
        var root = new LinkedHashMap<String, Object>();
        root.put("module", module);
        root.put("optimizer", None.NONE);
        root.put("lr_scheduler", None.NONE);
        root.put("csr_tensor_module_names", List.of());
        root.put("skipped_steps", 0);
        root.put("global_steps", 0);
        root.put("mp_world_size", ranks);
        root.put("dp_world_size", 1);
        if (layout.order() != QkvOrder.BLOCKS) {
            root.put("checkpoint_version", layout.order() == QkvOrder.HEADS ? 2.0 : 1.0);
        }
        return root;
    }

    private LazyTensor piece(String name, LazyTensor whole, int rank) {
        Partition partition = layout.partition(name);
        if (partition.isReplicated()) {
            return whole;
        }
        int dimension = partition.dimension();
        if (dimension >= whole.shape().size()) {
            throw new IllegalArgumentException("tensor " + CheckpointException.quote(name) + " of shape "
                    + whole.shape() + " has no dimension " + dimension + "; choose another layout");
        }
        long size = whole.shape().get(dimension);
        long padded = partition.vocabulary() ? roundUp(size, (long) ranks * vocabularyMultiple) : size;
        if (padded % ((long) ranks * partition.blocks()) != 0) {
            throw new IllegalArgumentException("tensor " + CheckpointException.quote(name) + " of shape "
                    + whole.shape() + " cannot be cut for " + ranks + " ranks; choose a divisor of its heads");
        }
        var shape = new ArrayList<>(whole.shape());
        shape.set(dimension, padded / ranks);
        return new LazyTensor(whole.dtype(), shape, () -> {
            Tensor all = whole.numbers().get();
            return partition.split(padded == size ? all : pad(all, padded - size), ranks, rank);
        });
    }

    private static Tensor pad(Tensor table, long rows) {
        long[] shape = table.shape();
        shape[0] = rows;
        return Tensor.cat(List.of(table, Tensor.zeros(table.dtype(), shape)), 0);
    }

    private static long roundUp(long value, long multiple) {
        return Math.multiplyExact(Math.floorDiv(value + multiple - 1, multiple), multiple);
    }
}
