package org.maliang.model.layer;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** The non-linearities that model configurations name. */
public enum Activation {
    /** Gaussian error linear unit by its tanh approximation (Hendrycks and Gimpel, arXiv:1606.08415). */
    GELU_TANH("gelu_new"),
    /** Gaussian error linear unit, exact. */
    GELU("gelu"),
    QUICK_GELU("quick_gelu"),
    RELU("relu"),
    SILU("silu"),
    TANH("tanh");

    private static final Map<String, Activation> ALIASES =
            Map.of("gelu_pytorch_tanh", GELU_TANH, "gelu_fast", GELU_TANH, "swish", SILU);

    private static final double QUICK_SLOPE = 1.702;
    private static final double GELU_SLOPE = 2 * Math.sqrt(2 / Math.PI); // of (1 + tanh(x)) / 2, which is logistic
    private static final double GELU_CUBE = 0.044715;

    private final String id;

    Activation(String id) {
        this.id = id;
    }

    /** The activation that configurations call {@code name}, if there is one. */
    public static Optional<Activation> named(String name) {
        return Optional.ofNullable(ALIASES.get(name))
                .or(() -> Arrays.stream(values()).filter(a -> a.id.equals(name)).findFirst());
    }

    /** All names that configurations may use. */
    public static Set<String> names() {
        Set<String> names = Arrays.stream(values()).map(Activation::id).collect(Collectors.toCollection(TreeSet::new));
        names.addAll(ALIASES.keySet());
        return names;
    }

    /** The name configurations use. */
    public String id() {
        return id;
    }

    /** The same shape as {@code x}. */
    public Tensor apply(Tensor x) {
        return switch (this) {
            case GELU_TANH -> Ops.geluTanh(x);
            case GELU -> Ops.gelu(x);
            case QUICK_GELU -> x.mul(x.mul(QUICK_SLOPE).sigmoid());
            case RELU -> Ops.relu(x);
            case SILU -> Ops.silu(x);
            case TANH -> x.tanh();
        };
    }

    /** The same for few rows in Java's heap. */
    public HostRows apply(HostRows x) {
        return switch (this) {
            case GELU_TANH -> x.gated(GELU_SLOPE, GELU_CUBE);
            case QUICK_GELU -> x.gated(QUICK_SLOPE, 0);
            case RELU -> x.relu();
            case SILU -> x.gated(1, 0);
            case GELU, TANH -> HostRows.of(apply(x.tensor()));
        };
    }
}
