package org.maliang.tensor;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Switches of the gradient tape, valid for the current thread until the guard closes. */
public final class Autograd {
    static {
        Natives.load();
    }

    private Autograd() {}

    /** Restores the previous state when closed. */
    public interface Guard extends AutoCloseable {
        @Override
        void close();
    }

    /** Nothing is recorded while this guard is open: for inference and for optimisers. */
    public static Guard noGrad() {
        return mode(false);
    }

    /** Records again inside a {@link #noGrad()} block. */
    public static Guard grad() {
        return mode(true);
    }

    public static boolean enabled() {
        return GradMode.is_enabled();
    }

    /**
     * Matrix products run in {@code dtype} while the guard is open; sums, norms and losses stay in F32 where that matters
     * (the operator lists are LibTorch's). Close the guard before {@code backward()}.
     */
    public static Guard autocast(Device device, DType dtype) {
        boolean before = torch.is_autocast_enabled(device.type());
        ScalarType typeBefore = torch.get_autocast_dtype(device.type());
        torch.set_autocast_enabled(device.type(), true);
        torch.set_autocast_dtype(device.type(), dtype.scalarType());
        return () -> {
            torch.set_autocast_enabled(device.type(), before);
            torch.set_autocast_dtype(device.type(), typeBefore);
            torch.clear_cache();
        };
    }

    /** Operators run in the types of their arguments while the guard is open, inside an {@link #autocast} block too. */
    static Guard withoutAutocast(Device device) {
        boolean before = torch.is_autocast_enabled(device.type());
        torch.set_autocast_enabled(device.type(), false);
        return () -> torch.set_autocast_enabled(device.type(), before);
    }

    /** The type matrix products on {@code device} run in: that of an open {@link #autocast} block, or {@code own}. */
    static DType productType(Device device, DType own) {
        boolean cast = own == DType.F32 && torch.is_autocast_enabled(device.type());
        return cast ? DType.of(torch.get_autocast_dtype(device.type())) : own;
    }

    private static Guard mode(boolean on) {
        boolean before = GradMode.is_enabled();
        GradMode.set_enabled(on);
        return () -> GradMode.set_enabled(before);
    }
}
