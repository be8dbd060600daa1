package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tensor.Tensor;

/**
 * How the ranks of a tensor-parallel run share one tensor (Shoeybi et al., arXiv:1909.08053).
 *
 * @param kind which way it is cut
 * @param blocks how many blocks of rows are cut each by itself: 3 where queries, keys and values lie one after the other
 */
public record Split(Kind kind, int blocks) {

    /** Which way a tensor is cut. */
    public enum Kind {
        /** Not at all: every rank has all of it. */
        REPLICATED,
        /** By rows, the first dimension: what a column-parallel layer gives. */
        ROWS,
        /** By columns, the second dimension: what a row-parallel layer reads. */
        COLUMNS,
        /** By rows, which may have to be filled up until all ranks have as many. */
        VOCABULARY
    }

    static final Split REPLICATED = new Split(Kind.REPLICATED, 1);
    static final Split ROWS = new Split(Kind.ROWS, 1);
    static final Split COLUMNS = new Split(Kind.COLUMNS, 1);
    static final Split VOCABULARY = new Split(Kind.VOCABULARY, 1);

    static Split blocks(int blocks) {
        return new Split(Kind.ROWS, blocks);
    }

    private int dimension() {
        return kind == Kind.COLUMNS ? 1 : 0;
    }

    /** The shape of the whole from that of one of {@code ranks} parts. */
    List<Long> whole(List<Long> part, int ranks) {
        return kind == Kind.REPLICATED ? part : scaled(part, part.get(dimension()) * ranks);
    }

    /** The shape of one of {@code ranks} parts of the whole. */
    List<Long> part(List<Long> whole, int ranks) {
        return kind == Kind.REPLICATED ? whole : scaled(whole, padded(whole.get(dimension()), ranks) / ranks);
    }

    /** Whether a tensor of that shape can be shared by {@code ranks}. */
    boolean divides(List<Long> whole, int ranks) {
        return switch (kind) {
            case REPLICATED -> true;
            case VOCABULARY -> !whole.isEmpty();
            case ROWS -> !whole.isEmpty() && whole.get(0) % ((long) blocks * ranks) == 0;
            case COLUMNS -> whole.size() > 1 && whole.get(1) % ranks == 0;
        };
    }

    private List<Long> scaled(List<Long> shape, long length) {
        List<Long> scaled = new ArrayList<>(shape);
        scaled.set(dimension(), length);
        return scaled;
    }

    /** Megatron fills a vocabulary up to a multiple of 128 rows a rank; one that can be shared as it is, is. */
    private static long padded(long rows, int ranks) {
        long unit = 128L * ranks;
        return rows % ranks == 0 ? rows : (rows + unit - 1) / unit * unit;
    }

    /** Puts parts of one tensor together. */
    Tensor merge(List<Tensor> parts) {
        if (kind == Kind.REPLICATED || parts.size() == 1) {
            return parts.get(0);
        }
        if (blocks == 1) {
            return Tensor.cat(parts, dimension());
        }
        List<Tensor> ordered = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            for (Tensor part : parts) {
                long rows = part.size(0) / blocks;
                ordered.add(part.narrow(0, block * rows, rows));
            }
        }
        return Tensor.cat(ordered, 0);
    }

    /** Cuts the part of {@code rank} out of the whole. */
    Tensor cut(Tensor whole, int rank, int ranks) {
        if (kind == Kind.REPLICATED) {
            return whole;
        }
        if (kind == Kind.COLUMNS) {
            long columns = whole.size(1) / ranks;
            return whole.narrow(1, rank * columns, columns).contiguous();
        }
        if (kind == Kind.VOCABULARY) {
            return vocabulary(whole, rank, padded(whole.size(0), ranks) / ranks);
        }
        long rows = whole.size(0) / blocks / ranks;
        List<Tensor> cut = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            cut.add(whole.narrow(0, (block * (long) ranks + rank) * rows, rows));
        }
        return Tensor.cat(cut, 0);
    }

    private static Tensor vocabulary(Tensor whole, int rank, long rows) {
        long start = Math.min(whole.size(0), rank * rows);
        long there = Math.min(rows, whole.size(0) - start);
        Tensor own = whole.narrow(0, start, there);
        if (there == rows) {
            return own;
        }
        long[] shape = whole.shape();
        shape[0] = rows - there;
        return Tensor.cat(List.of(own, Tensor.zeros(whole.dtype(), shape)), 0);
    }
}
