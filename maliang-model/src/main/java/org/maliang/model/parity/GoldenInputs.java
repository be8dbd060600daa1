package org.maliang.model.parity;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.maliang.model.ModelException;
import org.maliang.tensor.Tensor;

/** The inputs of a golden case by name; one that its subject does not read is an error. */
record GoldenInputs(Map<String, GoldenTensor> golden) {

    static GoldenInputs of(Map<String, GoldenTensor> golden, Set<String> known, String subject) {
        for (String name : golden.keySet()) {
            if (!known.contains(name)) {
                throw new ModelException("\"" + name + "\" is no input of " + subject);
            }
        }
        return new GoldenInputs(golden);
    }

    boolean has(String name) {
        return golden.containsKey(name);
    }

    Tensor tensor(String name) {
        @Nullable GoldenTensor found = golden.get(name);
        if (found == null) {
            throw new ModelException("the input \"" + name + "\" is missing from the golden case");
        }
        return found.tensor();
    }
}
