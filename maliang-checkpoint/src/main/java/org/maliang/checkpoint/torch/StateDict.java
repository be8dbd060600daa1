package org.maliang.checkpoint.torch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.maliang.checkpoint.CheckpointException;

/** Flattens dictionaries of dictionaries of tensors. */
final class StateDict {
    private static final int DEEPEST = 32;

    private final Path file;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private long budget;

    private StateDict(Path file, long budget) {
        this.file = file;
        this.budget = budget;
    }

    /** Tensors by their keys joined with dots, in the order of the file; whatever else is there is left out. */
    static Map<String, TorchTensor> flatten(Path file, Map<?, ?> root, long pickleBytes) {
        // Shared dictionaries and keys could make the names longer than the file by orders of magnitude.
        var flat = new StateDict(file, 4 * pickleBytes + 1024);
        flat.add("", root, 0);
        return flat.tensors;
    }

    private void add(String prefix, Map<?, ?> map, int depth) {
        expect(depth < DEEPEST, "its dictionaries are nested too deeply");
        map.forEach((key, value) -> {
            if (value instanceof TorchTensor || value instanceof Map) {
                String name = prefix + (key instanceof PythonObject ? "?" : key);
                budget -= name.length() + 1L;
                expect(budget >= 0, "its tensor names are longer than the file");
                if (value instanceof TorchTensor tensor) {
                    expect(
                            tensors.put(name, tensor) == null,
                            "two tensors are named " + CheckpointException.quote(name));
                } else {
                    add(name + ".", (Map<?, ?>) value, depth + 1);
                }
            }
        });
    }

    private void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new CheckpointException(file, otherwise, "save model.state_dict() with torch.save");
        }
    }
}
