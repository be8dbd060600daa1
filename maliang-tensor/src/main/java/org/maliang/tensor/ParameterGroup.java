package org.maliang.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters that an optimiser treats alike.
 *
 * @param parameters leaves by name, in insertion order; they belong to the model
 * @param weightDecay decoupled weight decay
 */
public record ParameterGroup(Map<String, Tensor> parameters, double weightDecay) {
    public ParameterGroup {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
