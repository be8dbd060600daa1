package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors made while it is open and frees them when it closes:
 *
 * <pre>{@code
 * try (var scope = Scope.open()) {
 *     Tensor logits = model.logits(hidden);      // dies with the scope
 *     return scope.keep(logits.argmax(-1, false)); // now belongs to the enclosing scope, or to the caller
 * }
 * }</pre>
 *
 * Scopes nest and belong to the thread that opened them. A tensor made while no scope is open belongs to the caller, who
 * closes it. Do not rely on the garbage collector: it does not see native memory.
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();
    private static final int FIRST_SWEEP = 256;

    private final @Nullable Scope parent;
    private final Thread thread = Thread.currentThread();
    private final List<Tensor> tensors = new ArrayList<>();
    private int nextSweep = FIRST_SWEEP;
    private boolean open = true;

    private Scope(@Nullable Scope parent) {
        this.parent = parent;
    }

    /** Opens a scope inside the current one of this thread. */
    public static Scope open() {
        Scope scope = new Scope(CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /** Hands a tensor of this scope to the enclosing scope, or to the caller where there is none. */
    public Tensor keep(Tensor tensor) {
        checkThread();
        if (tensor.owner() == this) {
            tensor.owner(parent);
            if (parent != null) {
                parent.add(tensor);
            }
        }
        return tensor;
    }

    /** {@link #keep(Tensor)} for several. */
    public void keepAll(Iterable<Tensor> kept) {
        kept.forEach(this::keep);
    }

    /** Frees every tensor that was not kept. Closing twice does nothing. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        checkThread();
        if (CURRENT.get() != this) {
            throw new TensorException(
                    "scope: closed while a scope opened inside it is still open; close the inner first");
        }
        open = false;
        CURRENT.set(parent);
        for (int i = tensors.size() - 1; i >= 0; i--) {
            if (tensors.get(i).owner() == this) {
                tensors.get(i).close();
            }
        }
        tensors.clear();
    }

    /** Runs with no scope open, so that what is made belongs to the caller: for state that outlives a step. */
    public static <T> T unowned(Supplier<T> body) {
        Scope before = CURRENT.get();
        CURRENT.remove();
        try {
            return body.get();
        } finally {
            CURRENT.set(before);
        }
    }

    static void adopt(Tensor tensor) {
        Scope scope = CURRENT.get();
        tensor.owner(scope);
        if (scope != null) {
            scope.add(tensor);
        }
    }

    private void add(Tensor tensor) {
        if (tensors.size() >= nextSweep) {
            tensors.removeIf(t -> t.owner() != this || t.isClosed());
            nextSweep = Math.max(FIRST_SWEEP, 2 * tensors.size());
        }
        tensors.add(tensor);
    }

    private void checkThread() {
        if (Thread.currentThread() != thread) {
            throw new TensorException("scope: opened by thread '" + thread.getName() + "' but used by '"
                    + Thread.currentThread().getName() + "'; a scope belongs to one thread");
        }
    }
}
