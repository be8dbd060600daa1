package org.maliang.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101). */
public final class AdamW implements Optimizer {
    private final List<ParameterGroup> groups;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private long steps;

    private AdamW(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
        this.groups = List.copyOf(groups);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    /** With the usual constants: betas 0.9 and 0.95, epsilon 1e-8. */
    public static AdamW of(List<ParameterGroup> groups) {
        return of(groups, 0.9, 0.95, 1e-8);
    }

    public static AdamW of(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
        return new AdamW(groups, beta1, beta2, epsilon);
    }

    @Override
    public void step(double learningRate) {
        steps++;
        try (Autograd.Guard guard = Autograd.noGrad()) {
            for (ParameterGroup group : groups) {
                group.parameters().forEach((name, parameter) -> {
                    if (parameter.hasGrad()) {
                        update(name, parameter, learningRate, group.weightDecay());
                    }
                });
            }
        }
    }

    private void update(String name, Tensor parameter, double learningRate, double weightDecay) {
        Tensor mean = moment("exp_avg." + name, parameter);
        Tensor square = moment("exp_avg_sq." + name, parameter);
        try (Scope scope = Scope.open()) {
            Tensor gradient = parameter.grad();
            parameter.mulInPlace(1 - learningRate * weightDecay);
            mean.mulInPlace(beta1).addInPlace(gradient, 1 - beta1);
            square.mulInPlace(beta2).addInPlace(gradient.square(), 1 - beta2);
            Tensor divisor = square.sqrt()
                    .div(Math.sqrt(1 - Math.pow(beta2, (double) steps)))
                    .add(epsilon);
            parameter.addInPlace(mean.div(divisor), -learningRate / (1 - Math.pow(beta1, (double) steps)));
        }
    }

    private Tensor moment(String key, Tensor parameter) {
        return state.computeIfAbsent(key, k -> Scope.unowned(() -> Tensor.zerosLike(parameter)));
    }

    @Override
    public void zeroGrad() {
        groups.forEach(group -> group.parameters().values().forEach(Tensor::clearGrad));
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>(state);
        all.put("step", Tensor.of(new long[] {steps}));
        return all;
    }

    @Override
    public void restore(Map<String, Tensor> saved) {
        saved.forEach((name, tensor) -> {
            if (name.equals("step")) {
                steps = (long) tensor.item();
            } else {
                Tensor copy = Scope.unowned(tensor::copy);
                Tensor before = state.put(name, copy);
                if (before != null) {
                    before.close();
                }
            }
        });
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public void close() {
        state.values().forEach(Tensor::close);
        state.clear();
    }
}
