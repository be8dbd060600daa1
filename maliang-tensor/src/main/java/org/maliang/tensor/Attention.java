package org.maliang.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Chooses the kernel of {@link Ops#attention}. */
final class Attention {
    /** Up to as many positions, attention is so small a part of a layer that exactness is worth more than its speed. */
    private static final long FEW = 32;

    private Attention() {}

    /**
     * On the CPU LibTorch's kernels for half-width floats are slow with several queries (their backward pass takes several
     * times as long as all matrix products of a layer), so those run by hand or in F32; a single query reads a cache, and
     * stays.
     */
    static Tensor apply(Tensor q, Tensor k, Tensor v, Mask mask) {
        if (q.device().kind() != Device.Kind.CPU || q.size(-2) == 1) {
            return kernel(q, k, v, mask);
        }
        try (Scope scope = Scope.open();
                Autograd.Guard plain = Autograd.withoutAutocast(q.device())) {
            if (CausalByHand.suits(q, k, mask)) {
                double scale = mask.scale() == 0 ? 1 / Math.sqrt((double) q.size(-1)) : mask.scale();
                return scope.keep(CausalByHand.apply(q, k, v, scale));
            }
            if (fewToLearn(q, k, mask)) {
                return scope.keep(byHand(q, k, v, mask));
            }
            boolean narrow = q.dtype().bytes() == 2;
            return scope.keep(narrow ? widened(q, k, v, mask).to(q.dtype()) : inOneThread(q, k, v, mask));
        }
    }

    /** The gradients of LibTorch's kernel are half again as inexact as those of plain matrix products. */
    private static boolean fewToLearn(Tensor q, Tensor k, Mask mask) {
        Tensor given = mask.tensor();
        return Autograd.enabled()
                && q.dtype() == DType.F32
                && Math.max(q.size(-2), k.size(-2)) <= FEW
                && (given == null || given.dtype() == DType.F32);
    }

    private static Tensor byHand(Tensor q, Tensor k, Tensor v, Mask mask) {
        double scale = mask.scale() == 0 ? 1 / Math.sqrt((double) q.size(-1)) : mask.scale();
        Tensor scores = q.mul(scale).matmul(k.transpose(-2, -1)); // [batch, heads, queries, keys]
        Tensor given = mask.tensor();
        if (given != null) {
            scores = scores.add(given);
        }
        if (mask.causal()) {
            Tensor order = causal(q.device(), null, q.size(-2), k.size(-2));
            scores = scores.maskedFill(order.not(), Double.NEGATIVE_INFINITY);
        }
        return scores.softmax(-1).matmul(v);
    }

    private static Tensor widened(Tensor q, Tensor k, Tensor v, Mask mask) {
        Tensor given = mask.tensor();
        Tensor wide = given == null || given.dtype() == DType.BOOL ? given : given.to(DType.F32);
        Mask same = new Mask(mask.causal(), wide, mask.scale());
        return inOneThread(q.to(DType.F32), k.to(DType.F32), v.to(DType.F32), same);
    }

    private static Tensor inOneThread(Tensor q, Tensor k, Tensor v, Mask mask) {
        try (Autograd.Guard one = BlasThreads.one()) {
            Tensor mixed = kernel(q, k, v, mask);
            BlasThreads.oneInBackward(mixed, q, k, v);
            return mixed;
        }
    }

    private static Tensor kernel(Tensor q, Tensor k, Tensor v, Mask mask) {
        long queries = q.size(-2);
        long keys = k.size(-2);
        boolean square = queries == keys && mask.tensor() == null;
        try (Scope scope = Scope.open()) {
            Tensor blocks = mask.causal() && !square && queries > 1
                    ? causal(q.device(), mask.tensor(), queries, keys)
                    : mask.tensor();
            return scope.keep(Natives.tensor(
                    "attention",
                    () -> torch.scaled_dot_product_attention(
                            q.raw("attention"),
                            k.raw("attention"),
                            v.raw("attention"),
                            Ops.optional(blocks),
                            0,
                            mask.causal() && square && queries > 1,
                            mask.scale() == 0 ? new DoubleOptional() : new DoubleOptional(mask.scale()),
                            false),
                    q,
                    k,
                    v));
        }
    }

    private static Tensor causal(Device device, @Nullable Tensor mask, long queries, long keys) {
        Tensor order = Tensor.full(device, 1, DType.BOOL, queries, keys).tril(keys - queries); // [queries, keys]
        if (mask == null) {
            return order;
        }
        return mask.dtype() == DType.BOOL ? mask.and(order) : mask.maskedFill(order.not(), Double.NEGATIVE_INFINITY);
    }
}
