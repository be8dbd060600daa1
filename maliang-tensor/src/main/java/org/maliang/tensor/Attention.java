package org.maliang.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Chooses the kernel of {@link Ops#attention}. */
final class Attention {
    private Attention() {}

    /**
     * On the CPU LibTorch's kernels for half-width floats are slow with several queries (their backward pass takes several
     * times as long as all matrix products of a layer), so those run in F32; a single query reads a cache, and stays.
     */
    static Tensor apply(Tensor q, Tensor k, Tensor v, Mask mask) {
        boolean widen = q.device().kind() == Device.Kind.CPU
                && q.size(-2) > 1
                && q.dtype().bytes() == 2;
        if (!widen) {
            return kernel(q, k, v, mask);
        }
        try (Scope scope = Scope.open();
                Autograd.Guard exact = Autograd.withoutAutocast(q.device())) {
            Tensor given = mask.tensor();
            Tensor wide = given == null || given.dtype() == DType.BOOL ? given : given.to(DType.F32);
            Mask same = new Mask(mask.causal(), wide, mask.scale());
            Tensor mixed = kernel(q.to(DType.F32), k.to(DType.F32), v.to(DType.F32), same);
            return scope.keep(mixed.to(q.dtype()));
        }
    }

    private static Tensor kernel(Tensor q, Tensor k, Tensor v, Mask mask) {
        long queries = q.size(-2);
        long keys = k.size(-2);
        boolean square = queries == keys && mask.tensor() == null;
        try (Scope scope = Scope.open()) {
            Tensor blocks =
                    mask.causal() && !square && queries > 1 ? causal(mask.tensor(), queries, keys) : mask.tensor();
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

    private static Tensor causal(@Nullable Tensor mask, long queries, long keys) {
        Tensor order = Tensor.ones(DType.BOOL, queries, keys).tril(keys - queries); // [queries, keys]
        if (mask == null) {
            return order;
        }
        return mask.dtype() == DType.BOOL ? mask.and(order) : mask.maskedFill(order.not(), Double.NEGATIVE_INFINITY);
    }
}
