package org.maliang.tensor;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.global.torch;

/** A seeded source of random tensors on the CPU: the same seed gives the same numbers. Not thread-safe. */
public final class Generator {
    static {
        Natives.load();
    }

    private final org.bytedeco.pytorch.Generator handle;

    private Generator(org.bytedeco.pytorch.Generator handle) {
        this.handle = handle;
    }

    public static Generator of(long seed) {
        return Natives.value("generator", () -> {
            org.bytedeco.pytorch.Generator made = torch.make_generator_cpu(seed);
            made.retainReference();
            return new Generator(made);
        });
    }

    /** Seeds what operators without a generator of their own draw from, such as dropout, for the whole process. */
    public static void seedDefault(long seed) {
        Natives.run("seed", () -> torch.manual_seed(seed));
    }

    /** F32 numbers from a normal distribution. */
    public Tensor normal(long[] shape, double mean, double deviation) {
        return Natives.tensor("normal", () -> empty(shape).normal_(mean, deviation, new GeneratorOptional(handle)));
    }

    /** F32 numbers from {@code [low, high)}. */
    public Tensor uniform(long[] shape, double low, double high) {
        return Natives.tensor("uniform", () -> empty(shape).uniform_(low, high, new GeneratorOptional(handle)));
    }

    /** A random order of {@code 0 … n-1}, I64. */
    public Tensor randperm(long n) {
        return Natives.tensor(
                "randperm",
                () -> torch.randperm(n, new GeneratorOptional(handle), Tensor.options(DType.I64, Device.CPU)));
    }

    /** Where this generator stands, for a checkpoint. */
    public byte[] state() {
        try (Scope scope = Scope.open()) {
            Tensor state = Natives.tensor("state", handle::get_state);
            int[] values = state.toInts();
            byte[] bytes = new byte[values.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) values[i];
            }
            return bytes;
        }
    }

    public void restore(byte[] state) {
        try (Scope scope = Scope.open()) {
            int[] values = new int[state.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = state[i] & 0xff;
            }
            Tensor bytes = Tensor.of(values, values.length).to(DType.U8);
            Natives.run("restore", () -> handle.set_state(bytes.raw("restore")));
        }
    }

    org.bytedeco.pytorch.Generator raw() {
        return handle;
    }

    private static org.bytedeco.pytorch.Tensor empty(long[] shape) {
        return new org.bytedeco.pytorch.Tensor(
                torch.empty(shape, Tensor.options(DType.F32, Device.CPU), new MemoryFormatOptional()));
    }
}
