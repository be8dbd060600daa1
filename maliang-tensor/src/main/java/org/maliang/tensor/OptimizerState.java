package org.maliang.tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What every optimiser does alike: groups, named state tensors, the count of steps. */
abstract class OptimizerState implements Optimizer {
    private static final String STEP = "step";

    private final List<ParameterGroup> groups;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final Tensor step;
    private long steps;
    private boolean closed;

    OptimizerState(List<ParameterGroup> groups) {
        this.groups = List.copyOf(groups);
        this.groups.forEach(group -> group.parameters().forEach((name, parameter) -> {
            if (!parameter.isContiguous()) {
                throw new TensorException(
                        "optimiser: parameter '" + name + "' of shape " + Arrays.toString(parameter.shape())
                                + " is a view in another order; make it contiguous() first");
            }
        }));
        step = Scope.unowned(() -> Tensor.zeros(DType.F32));
    }

    /** Updates the parameters of one group that have a gradient; called under {@code noGrad} inside a scope. */
    abstract void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay);

    /** The shape that state of this kind has for a parameter of {@code shape}. */
    long[] stateShape(String kind, long[] shape) {
        return shape;
    }

    @Override
    public final void step(double learningRate) {
        requireOpen("step");
        steps++;
        try (Scope scope = Scope.open();
                Autograd.Guard guard = Autograd.noGrad()) {
            for (ParameterGroup group : groups) {
                Map<String, Tensor> withGradient = new LinkedHashMap<>();
                group.parameters().forEach((name, parameter) -> {
                    if (parameter.hasGrad()) {
                        withGradient.put(name, parameter);
                    }
                });
                if (!withGradient.isEmpty()) {
                    update(withGradient, learningRate, group.weightDecay());
                }
            }
        }
    }

    /** The state tensor of that kind and parameter; made by {@code first} when it does not exist yet. */
    final Tensor state(String kind, String parameter, Supplier<Tensor> first) {
        return state.computeIfAbsent(kind + "." + parameter, key -> Scope.unowned(first));
    }

    @Override
    public final void zeroGrad() {
        groups.forEach(group -> group.parameters().values().forEach(Tensor::clearGrad));
    }

    @Override
    public final Map<String, Tensor> state() {
        requireOpen("state");
        Map<String, Tensor> all = new LinkedHashMap<>(state);
        all.put(STEP, step.fillInPlace((double) steps));
        return all;
    }

    @Override
    public final void restore(Map<String, Tensor> saved) {
        requireOpen("restore");
        Tensor savedStep = saved.get(STEP);
        if (savedStep == null) {
            throw new TensorException(
                    "restore: the optimiser state has no '" + STEP + "'; it was not written by state()");
        }
        saved.forEach(this::requireFitting);
        steps = (long) savedStep.item();
        try (Scope scope = Scope.open()) {
            saved.forEach((name, tensor) -> {
                if (!name.equals(STEP)) {
                    Tensor placed = tensor.to(parameter(name).device());
                    Tensor before = state.put(name, Scope.unowned(placed::copy));
                    if (before != null) {
                        before.close();
                    }
                }
            });
        }
    }

    /** The fused kernels do not look at sizes: state of another model would make them write beyond its end. */
    private void requireFitting(String key, Tensor tensor) {
        if (key.equals(STEP)) {
            return;
        }
        String kind = kind(key);
        long[] shape = parameter(key).shape();
        if (!Arrays.equals(tensor.shape(), stateShape(kind, shape))) {
            throw new TensorException("restore: '" + key + "' has shape " + Arrays.toString(tensor.shape())
                    + " but the parameter has " + Arrays.toString(shape)
                    + "; the state was written for another model or optimiser");
        }
    }

    /** The parameter that a state tensor is about. */
    private Tensor parameter(String key) {
        String name = key.substring(kind(key).length() + 1);
        return groups.stream()
                .map(group -> group.parameters().get(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new TensorException("restore: '" + key
                        + "' belongs to no parameter of this optimiser; the state was written for another model"));
    }

    private static String kind(String key) {
        return key.substring(0, Math.max(0, key.indexOf('.')));
    }

    private void requireOpen(String use) {
        if (closed) {
            throw new TensorException(use + ": the optimiser is used after it was closed");
        }
    }

    @Override
    public final long steps() {
        return steps;
    }

    @Override
    public final void close() {
        closed = true;
        state.values().forEach(Tensor::close);
        state.clear();
        step.close();
    }
}
