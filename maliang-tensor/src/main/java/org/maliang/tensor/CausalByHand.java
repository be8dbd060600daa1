package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Causal self-attention as matrix products and softmax, some queries at a time: no product touches keys that lie after
 * all of its queries. For BF16 on the CPU, where the products run on units that LibTorch's fused kernels do not use.
 */
final class CausalByHand {
    private static final long QUERIES = 128;

    private CausalByHand() {}

    /** Whether nothing but the order of positions hides keys. */
    static boolean suits(Tensor q, Tensor k, Mask mask) {
        return q.dtype() == DType.BF16 && mask.causal() && mask.tensor() == null && q.size(-2) == k.size(-2);
    }

    /** q, k, v [batch, heads, time, headDim] give [batch, heads, time, headDim]. */
    static Tensor apply(Tensor q, Tensor k, Tensor v, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor queries = q.mul(scale).contiguous();
            Tensor keys = k.contiguous();
            Tensor values = v.contiguous();
            Tensor hidden = Tensor.full(q.device(), Double.NEGATIVE_INFINITY, q.dtype(), QUERIES, QUERIES)
                    .triu(1);
            List<Tensor> mixed = new ArrayList<>();
            long time = q.size(-2);
            for (long start = 0; start < time; start += QUERIES) {
                long count = Math.min(QUERIES, time - start);
                Tensor before = keys.narrow(-2, 0, start + count).transpose(-2, -1);
                Tensor scores = queries.narrow(-2, start, count).matmul(before); // [batch, heads, count, start + count]
                hide(scores, start, hidden.narrow(0, 0, count).narrow(1, 0, count));
                mixed.add(scores.softmax(-1).matmul(values.narrow(-2, 0, start + count)));
            }
            return scope.keep(Tensor.cat(mixed, -2));
        }
    }

    /** Not on the tape: a score of -∞ has the probability 0, and its gradient is 0 without any help. */
    private static void hide(Tensor scores, long start, Tensor hidden) {
        try (Autograd.Guard untaped = Autograd.noGrad()) {
            scores.narrow(-1, start, hidden.size(0)).addInPlace(hidden);
        }
    }
}
