package org.maliang.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Chooses the kernel of {@link Ops#attention}. */
final class Attention {
    private Attention() {}

    static Tensor apply(Tensor q, Tensor k, Tensor v, Mask mask) {
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
