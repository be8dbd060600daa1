package org.maliang.tensor;

import java.util.Locale;
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

    /** Reads {@code cpu}, {@code cuda} or {@code cuda:1}. */
    public static Device parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.equals("cpu")) {
            return CPU;
        }
        if (name.matches("cuda(:\\d{1,3})?")) {
            return cuda(name.equals("cuda") ? 0 : Integer.parseInt(name.substring(5)));
        }
        throw new TensorException("device '" + text + "' is unknown; use cpu, cuda or cuda:<number>");
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
