package org.maliang.checkpoint.megatron;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/**
 * Puts the tensors of tensor-parallel ranks together.
 *
 * @param vocabulary rows of the tables of tokens that are kept; 0 keeps their padding
 */
record Merge(TensorLayout layout, long vocabulary) {

    /** The whole tensors of one pipeline stage, in the order of the first rank. */
    Map<String, LazyTensor> merge(List<Weights> ranks) {
        var merged = new LinkedHashMap<String, LazyTensor>();
        var first = ranks.get(0);
        for (var rank : ranks) {
            rank.require(first.names());
            first.require(rank.names());
        }
        for (String name : first.names()) {
            merged.put(name, merge(name, ranks));
        }
        return merged;
    }

    private LazyTensor merge(String name, List<Weights> ranks) {
        Partition partition = layout.partition(name);
        var infos = ranks.stream().map(rank -> rank.info(name)).toList();
        for (int rank = 1; rank < infos.size(); rank++) {
            checkSameForm(ranks.get(rank).source(), partition, infos.get(0), infos.get(rank));
        }
        var shape = new ArrayList<>(infos.get(0).shape());
        if (partition.isReplicated()) {
            return new LazyTensor(infos.get(0).dtype(), shape, () -> replicated(name, ranks));
        }
        int dimension = partition.dimension();
        if (shape.size() <= dimension || shape.get(dimension) % partition.blocks() != 0) {
            String how = partition.blocks() + " blocks along dimension " + dimension;
            throw new CheckpointException(
                    ranks.get(0).source(),
                    "tensor " + CheckpointException.quote(name) + " of shape " + shape + " has no " + how,
                    "is this the layout of the checkpoint?");
        }
        long whole =
                infos.stream().mapToLong(info -> info.shape().get(dimension)).sum();
        long kept = partition.vocabulary() && vocabulary > 0 ? vocabulary : whole;
        if (kept > whole) {
            throw new IllegalArgumentException("the vocabulary has " + vocabulary + " tokens, but "
                    + CheckpointException.quote(name) + " only " + whole + " rows; check the tokenizer");
        }
        shape.set(dimension, kept);
        return new LazyTensor(infos.get(0).dtype(), shape, () -> {
            Tensor all = partition.merge(
                    ranks.stream().map(rank -> rank.tensor(name)).toList());
            return kept == whole ? all : all.narrow(dimension, 0, kept);
        });
    }

    /** The first of equal copies. */
    private static Tensor replicated(String name, List<Weights> ranks) {
        Tensor first = ranks.get(0).tensor(name);
        for (var rank : ranks.subList(1, ranks.size())) {
            Tensor other = rank.tensor(name);
            boolean same = other.elements() == 0
                    || first.eq(other).or(first.ne(first).and(other.ne(other))).all(); // NaN is no other NaN
            if (!same) {
                throw new CheckpointException(
                        rank.source(),
                        "tensor " + CheckpointException.quote(name)
                                + " differs from that of rank 0, but no rule cuts it",
                        "the files are of different checkpoints, or the layout is another");
            }
        }
        return first;
    }

    private static void checkSameForm(Path file, Partition partition, TensorInfo first, TensorInfo other) {
        var left = new ArrayList<>(first.shape());
        var right = new ArrayList<>(other.shape());
        boolean same = left.size() == right.size() && first.dtype() == other.dtype();
        if (same && !partition.isReplicated() && partition.dimension() < left.size()) {
            left.remove(partition.dimension());
            right.remove(partition.dimension());
        }
        if (!same || !left.equals(right)) {
            throw new CheckpointException(
                    file,
                    "tensor " + CheckpointException.quote(first.name()) + " is " + other.dtype() + " " + other.shape()
                            + ", which does not fit " + first.dtype() + " " + first.shape() + " of rank 0",
                    "the files are of different checkpoints");
        }
    }
}
