package org.maliang.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What every optimiser does alike: groups, named state tensors, the count of steps. */
abstract class OptimizerState implements Optimizer {
    private static final String STEP = "step";

    private final List<ParameterGroup> groups;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final Tensor step = Scope.unowned(() -> Tensor.zeros(DType.F32));
    private long steps;

    OptimizerState(List<ParameterGroup> groups) {
        this.groups = List.copyOf(groups);
    }

    /** Updates the parameters of one group that have a gradient; called under {@code noGrad} inside a scope. */
    abstract void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay);

    @Override
    public final void step(double learningRate) {
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
        Map<String, Tensor> all = new LinkedHashMap<>(state);
        all.put(STEP, step.fillInPlace((double) steps));
        return all;
    }

    @Override
    public final void restore(Map<String, Tensor> saved) {
        Tensor savedStep = saved.get(STEP);
        if (savedStep == null) {
            throw new TensorException(
                    "restore: the optimiser state has no '" + STEP + "'; it was not written by state()");
        }
        steps = (long) savedStep.item();
        saved.forEach((name, tensor) -> {
            if (!name.equals(STEP)) {
                Tensor before = state.put(name, Scope.unowned(tensor::copy));
                if (before != null) {
                    before.close();
                }
            }
        });
    }

    @Override
    public final long steps() {
        return steps;
    }

    @Override
    public final void close() {
        state.values().forEach(Tensor::close);
        state.clear();
        step.close();
    }
}
