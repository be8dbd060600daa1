package org.maliang.tensor;

import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack.SetNumThreads;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;
import org.jspecify.annotations.Nullable;

/**
 * How many threads one matrix product in F32 may use.
 *
 * <p>LibTorch's fused attention shares the heads out among its own threads and calls BLAS in each. OpenBLAS does not
 * notice, takes its threads one call after the other, and makes attention several times slower; so it gets one while
 * attention runs, forward and backward.
 */
final class BlasThreads {
    private static final String NAME = "attention";
    private static final VoidTensorHook ONE = kept(new VoidTensorHook() {
        @Override
        public void call(TensorBase gradient) {
            set(1);
        }
    });
    private static final VoidTensorHook ALL = kept(new VoidTensorHook() {
        @Override
        public void call(TensorBase gradient) {
            set(Threads.threads());
        }
    });

    private static final @Nullable SetNumThreads OPENBLAS = find();

    private BlasThreads() {}

    static void set(int count) {
        SetNumThreads known = OPENBLAS;
        if (known != null) {
            known.call(count);
        }
    }

    /** The binding looks the function up on every call, which takes milliseconds; absent where another BLAS is loaded. */
    private static @Nullable SetNumThreads find() {
        Loader.load(org.bytedeco.openblas.global.openblas_nolapack.class);
        Pointer address = Loader.addressof("openblas_set_num_threads");
        if (address == null) {
            return null;
        }
        SetNumThreads function = new SetNumThreads() {};
        function.put(address);
        function.retainReference();
        return function;
    }

    /** One thread until the guard closes. */
    static Autograd.Guard one() {
        set(1);
        return () -> set(Threads.threads());
    }

    /** One thread too while gradients pass from {@code result} back to {@code inputs}. */
    static void oneInBackward(Tensor result, Tensor... inputs) {
        Stream.of(inputs).filter(Tensor::requiresGrad).findFirst().ifPresent(input -> {
            Natives.value(NAME, () -> result.raw(NAME).register_hook(ONE), result);
            Natives.value(NAME, () -> input.raw(NAME).register_hook(ALL), input);
        });
    }

    private static VoidTensorHook kept(VoidTensorHook hook) {
        hook.retainReference(); // outlives the pointer scope that may be open while this class is initialised
        return hook;
    }
}
