package org.maliang.tensor;

import org.bytedeco.pytorch.global.torch;

/** How many CPU threads one operator may use. */
public final class Threads {
    static {
        Natives.load();
    }

    private Threads() {}

    public static int threads() {
        return torch.get_num_threads();
    }

    public static void threads(int count) {
        if (count < 1) {
            throw new TensorException("threads: " + count + " is not possible; give at least 1");
        }
        torch.set_num_threads(count);
        BlasThreads.set(count);
    }
}
