package org.maliang.checkpoint.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pickle says of its storages, and of the tensors that are windows on them. */
final class Storages {

    /**
     * A storage as named by a persistent id.
     *
     * @param key of the storage in the file
     * @param start where this view of it begins, in bytes; 0 except in files older than PyTorch 0.4
     * @param bytes length of the whole storage
     */
    record Named(String key, StorageType type, long start, long bytes) {}

    private final Map<String, Named> named = new LinkedHashMap<>();
    private final List<TorchTensor> tensors = new ArrayList<>();

    /** By key, as first named. */
    Map<String, Named> named() {
        return named;
    }

    /** All tensors, views and duplicates included. */
    List<TorchTensor> tensors() {
        return tensors;
    }

    /** False when the storage was named with another length before. */
    boolean add(Named storage) {
        var first = named.putIfAbsent(storage.key(), storage);
        return first == null || first.bytes() == storage.bytes();
    }

    TorchTensor add(TorchTensor tensor) {
        tensors.add(tensor);
        return tensor;
    }
}
