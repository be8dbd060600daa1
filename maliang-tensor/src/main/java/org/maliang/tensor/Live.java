package org.maliang.tensor;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Storage;

/** The open tensors of this process: what leak tests count. */
final class Live {
    private static final Set<Tensor> TENSORS = ConcurrentHashMap.newKeySet();

    private Live() {}

    static void add(Tensor tensor) {
        TENSORS.add(tensor);
    }

    static void remove(Tensor tensor) {
        TENSORS.remove(tensor);
    }

    static long count() {
        return TENSORS.size();
    }

    static long bytes() {
        Map<Long, Long> byAddress = new HashMap<>();
        for (Tensor tensor : (Collection<Tensor>) TENSORS) {
            synchronized (tensor) {
                if (!tensor.isClosed()) {
                    measure(tensor, byAddress);
                }
            }
        }
        return byAddress.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void measure(org.bytedeco.pytorch.Tensor raw, Map<Long, Long> byAddress) {
        Storage storage = raw.storage();
        byAddress.put(storage.data().address(), storage.nbytes());
    }

    private static void measure(Tensor tensor, Map<Long, Long> byAddress) {
        try (PointerScope temporaries = new PointerScope()) {
            org.bytedeco.pytorch.Tensor raw = tensor.raw("liveBytes");
            measure(raw, byAddress);
            if (raw.requires_grad() && raw.is_leaf() && raw.grad().defined()) {
                measure(raw.grad(), byAddress);
            }
        }
    }
}
