package org.maliang.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** Where a tensor lives: {@code cpu}, or the n-th CUDA card. */
public record Device(Kind kind, int index) {
    /** Kinds of device. */
    public enum Kind {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Kind.CPU, 0);

    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /** The first CUDA card where LibTorch sees one, else the CPU. */
    public static Device auto() {
        return cards() > 0 ? cuda(0) : CPU;
    }

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}.
     *
     * @throws TensorException if there is no such device here
     */
    public static Device parse(String text) {
        Device device = named(text);
        if (device.kind == Kind.CUDA && device.index >= cards()) {
            throw new TensorException("device '" + text + "': LibTorch sees " + cards()
                    + " CUDA cards here; it takes a driver, CUDA 13 with cuDNN, and a build with ./mvnw -Pgpu package");
        }
        return device;
    }

    private static Device named(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.equals("auto")) {
            return auto();
        }
        if (name.equals("cpu")) {
            return CPU;
        }
        if (name.matches("cuda(:\\d{1,3})?")) {
            return cuda(name.equals("cuda") ? 0 : Integer.parseInt(name.substring(5)));
        }
        throw new TensorException("device '" + text + "' is unknown; use auto, cpu, cuda or cuda:<number>");
    }

    /** Waits until everything asked of this device is done: cards work on while Java goes on. For stopwatches. */
    public void synchronize() {
        if (kind == Kind.CUDA) {
            Natives.run("synchronize", () -> torch.cuda_synchronize(index));
        }
    }

    private static int cards() {
        Natives.load();
        return torch.hasCUDA() ? torch.cuda_device_count() : 0;
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }

    DeviceType type() {
        return kind == Kind.CPU ? DeviceType.CPU : DeviceType.CUDA;
    }

    org.bytedeco.pytorch.Device handle() {
        return kind == Kind.CPU
                ? new org.bytedeco.pytorch.Device(DeviceType.CPU)
                : new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) index);
    }

    static Device of(org.bytedeco.pytorch.Device handle) {
        return handle.is_cuda() ? cuda(handle.index()) : CPU;
    }
}
