package org.maliang.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * The one door to LibTorch: prepares the native libraries before any of them loads, runs native calls, and turns what
 * C++ throws into {@link TensorException}.
 */
final class Natives {
    static {
        // JavaCPP counts physical memory against a multiple of -Xmx and then refuses plain allocations.
        setDefault("org.bytedeco.javacpp.maxphysicalbytes", "0");
        setDefault("org.bytedeco.javacpp.maxbytes", "0");
        Cores.use();
    }

    private Natives() {}

    /** Makes sure that LibTorch is ready; call it before the first use of a class of org.bytedeco. */
    static void load() {}

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** Runs one operator that makes one tensor; temporaries of the call are freed at once. */
    static Tensor tensor(String operator, Supplier<org.bytedeco.pytorch.Tensor> call, Tensor... inputs) {
        try (PointerScope temporaries = new PointerScope()) {
            org.bytedeco.pytorch.Tensor result = call.get();
            result.retainReference();
            return new Tensor(result);
        } catch (TensorException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw Failures.explain(operator, e, inputs);
        }
    }

    /** Runs a native call whose result is not a tensor. */
    static <R> R value(String operator, Supplier<R> call, Tensor... inputs) {
        try (PointerScope temporaries = new PointerScope()) {
            return call.get();
        } catch (TensorException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw Failures.explain(operator, e, inputs);
        }
    }

    /** Runs a native call for its effect. */
    static void run(String operator, Runnable call, Tensor... inputs) {
        try (PointerScope temporaries = new PointerScope()) {
            call.run();
        } catch (TensorException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw Failures.explain(operator, e, inputs);
        }
    }

    /** Wraps a tensor that lives inside a native container: copies the handle, shares the storage. */
    static Tensor share(org.bytedeco.pytorch.Tensor inside) {
        org.bytedeco.pytorch.Tensor handle = new org.bytedeco.pytorch.Tensor(inside);
        handle.retainReference();
        return new Tensor(handle);
    }
}
