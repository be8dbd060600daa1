package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The mean cross-entropy of a vocabulary head and its gradients in one go, slice by slice; see {@link Ops#headLoss}.
 *
 * <p>With p = softmax(hidden Wᵀ), the gradient of the loss with respect to the logits is (p - onehot(target)) / count. It
 * overwrites the logits it is made from, block by block, while they are in the processor's cache.
 */
final class HeadLoss {
    private static final String NAME = "headLoss";

    /** Logits held at a time. */
    private static final long SLICE_ELEMENTS = 1L << 26;

    /** Logits turned into gradients at a time: 4 MiB of F32. */
    private static final long BLOCK_ELEMENTS = 1L << 20;

    private final Tensor hidden; // [n, width], in the type of the products
    private final Tensor weight; // [vocabulary, width], likewise
    private final Tensor targets; // [n, 1], 0 where the row does not count
    private final @Nullable Tensor counted; // [n, 1], 1 where the row counts; null where all do
    private final double scale; // 1 / rows that count
    private final DType exact; // of losses and gradients: F32, or F64 where the products are
    private final List<Tensor> losses = new ArrayList<>(); // [rows, 1] each
    private final List<Tensor> hiddenGradients = new ArrayList<>(); // [rows, width] each
    private @Nullable Tensor weightGradient; // [vocabulary, width]

    private HeadLoss(Tensor hidden, Tensor weight, Tensor targets, long ignoreIndex) {
        Tensor kept = targets.ne((double) ignoreIndex).unsqueeze(1);
        double count = kept.to(DType.F64).sum().item();
        boolean all = count == targets.elements();
        this.hidden = hidden;
        this.weight = weight;
        this.exact = exact(hidden.dtype());
        this.counted = all ? null : kept.to(exact);
        this.targets = all ? targets.unsqueeze(1) : targets.unsqueeze(1).mul(kept.to(DType.I64));
        this.scale = 1 / count;
    }

    static Tensor of(Tensor hidden, Tensor weight, Tensor targets, long ignoreIndex) {
        check(hidden, weight, targets);
        boolean forHidden = Autograd.enabled() && hidden.requiresGrad();
        boolean forWeight = Autograd.enabled() && weight.requiresGrad();
        DType type = Autograd.productType(hidden.device(), weight.dtype());
        try (Scope scope = Scope.open();
                Autograd.Guard plain = Autograd.withoutAutocast(hidden.device())) {
            HeadLoss work;
            Tensor loss; // []
            try (Autograd.Guard untaped = Autograd.noGrad()) {
                work = new HeadLoss(hidden.to(type), weight.to(type), targets, ignoreIndex);
                loss = work.run(forHidden, forWeight);
            }
            if (forHidden) {
                loss = loss.add(carrier(hidden, Tensor.cat(work.hiddenGradients, 0)));
            }
            if (forWeight && work.weightGradient != null) {
                loss = loss.add(carrier(weight, work.weightGradient));
            }
            return scope.keep(loss);
        }
    }

    private static void check(Tensor hidden, Tensor weight, Tensor targets) {
        for (Tensor input : List.of(hidden, weight, targets)) {
            input.raw(NAME); // fails if it is closed
        }
        if (hidden.rank() != 2 || targets.rank() != 1 || hidden.size(0) != targets.size(0)) {
            throw new TensorException(NAME + ": hidden has shape " + Arrays.toString(hidden.shape()) + " and targets "
                    + Arrays.toString(targets.shape()) + ", expected [n, width] and [n]");
        }
        if (weight.rank() != 2 || weight.size(1) != hidden.size(1)) {
            throw new TensorException(NAME + ": weight has shape " + Arrays.toString(weight.shape())
                    + ", expected [vocabulary, " + hidden.size(1) + "]");
        }
    }

    /** A zero on the tape whose {@code backward} hands {@code gradient}, times what arrives, to {@code input}. */
    private static Tensor carrier(Tensor input, Tensor gradient) {
        Tensor same = gradient.to(input.dtype());
        Tensor dot = Natives.tensor(
                NAME,
                () -> torch.dot(input.raw(NAME).reshape(-1), same.raw(NAME).reshape(-1)),
                input,
                same);
        return dot.sub(dot.detach()).to(exact(input.dtype()));
    }

    private static DType exact(DType products) {
        return products == DType.F64 ? DType.F64 : DType.F32;
    }

    private Tensor run(boolean forHidden, boolean forWeight) {
        long rows = Math.max(1, SLICE_ELEMENTS / weight.size(0));
        long n = hidden.size(0);
        for (long start = 0; start < n; start += rows) {
            try (Scope scope = Scope.open()) {
                slice(start, Math.min(rows, n - start), forHidden, forWeight, scope);
            }
        }
        return Tensor.cat(losses, 0).sum().mul(scale);
    }

    private void slice(long start, long rows, boolean forHidden, boolean forWeight, Scope scope) {
        Tensor x = hidden.narrow(0, start, rows); // [rows, width]
        Tensor logits = Ops.linear(x, weight); // [rows, vocabulary]
        long step = blocks(weight) ? Math.max(1, BLOCK_ELEMENTS / weight.size(0)) : rows;
        for (long i = 0; i < rows; i += step) {
            long count = Math.min(step, rows - i);
            try (Scope temporaries = Scope.open()) {
                Tensor loss = block(logits.narrow(0, i, count), start + i, forHidden || forWeight);
                losses.add(scope.keep(temporaries.keep(loss)));
            }
        }
        if (forHidden) {
            Tensor gradient = logits.matmul(weight).to(exact).mulInPlace(scale); // [rows, width]
            hiddenGradients.add(scope.keep(gradient));
        }
        if (forWeight) {
            Tensor gradient = logits.transpose(0, 1).matmul(x); // [vocabulary, width]
            if (weightGradient == null) {
                weightGradient = scope.keep(gradient.to(exact).mulInPlace(scale));
            } else {
                weightGradient.addInPlace(gradient, scale);
            }
        }
    }

    /** Blocks are for the caches of a CPU; a card has none that large, and is slow at many small operators. */
    private static boolean blocks(Tensor weight) {
        return weight.device().kind() == Device.Kind.CPU;
    }

    /** The losses [rows, 1] of a few rows; their logits [rows, vocabulary] become p - onehot(target). */
    private Tensor block(Tensor logits, long start, boolean gradients) {
        long rows = logits.size(0);
        Tensor target = targets.narrow(0, start, rows); // [rows, 1]
        Tensor scores = logits.to(exact);
        Tensor p = scores.softmax(-1);
        // log Σ exp(logits) = max(logits) - log(max p): no logarithm of a number near zero
        Tensor total = scores.amax(-1, true).sub(p.amax(-1, true).log()); // [rows, 1]
        Tensor loss = total.sub(scores.gather(-1, target));
        Tensor kept = counted == null ? null : counted.narrow(0, start, rows);
        if (gradients) {
            Tensor minusOne = Tensor.full(p.device(), -1, exact, rows, 1);
            Natives.run(NAME, () -> p.raw(NAME).scatter_add_(1, target.raw(NAME), minusOne.raw(NAME)), p, target);
            if (kept != null) {
                p.mulInPlace(kept);
            }
            logits.copyFrom(p);
        }
        return kept == null ? loss : loss.mul(kept);
    }
}
