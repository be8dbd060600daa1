package org.maliang.model.parity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Gradients;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.TensorException;

/**
 * Runs every case of a golden file: forward passes, training batches, generation.
 *
 * <pre>{@code
 * ParityReport report = Parity.run(Path.of("../shared/fixtures/gpt2"));
 * }</pre>
 */
public final class Parity {

    private final Golden golden;
    private final List<ParityReport.Case> cases = new ArrayList<>();

    private Parity(Golden golden) {
        this.golden = golden;
    }

    /**
     * Compares the model in {@code directory} with the {@code golden.json} beside it. A case that fails, or cannot be run,
     * is in the report.
     *
     * @throws ModelException when the directory lacks the file, or the model is of a kind that is not supported
     * @throws org.maliang.checkpoint.CheckpointException when a file is missing or damaged
     */
    public static ParityReport run(Path directory) {
        if (ShardedGolden.covers(directory)) {
            return ShardedGolden.run(directory);
        }
        Parity parity = new Parity(Golden.read(directory));
        try {
            parity.compare();
        } catch (UnsupportedModelException e) {
            throw new UnsupportedModelException(directory + ": " + e.getMessage());
        } catch (ModelException e) {
            throw new ModelException(directory + ": " + e.getMessage(), e);
        }
        return new ParityReport(directory, parity.cases, "");
    }

    private void compare() {
        try (Subject plain = open()) {
            golden.forward().forEach(one -> attempt("forward/" + one.name(), name -> forward(name, plain, one)));
            golden.generation()
                    .forEach(one -> attempt("generation/" + one.name(), name -> generation(name, plain, one)));
        }
        for (TrainingCase one : golden.training()) {
            attempt("training/" + one.name(), name -> gradients(name, one));
            one.runs()
                    .forEach(run -> attempt("training/" + one.name() + "/" + run.name(), name -> run(name, one, run)));
        }
    }

    private Subject open() {
        return Subject.open(golden, JsonNodeFactory.instance.objectNode());
    }

    /** Runs one case; where it cannot be run, that is the finding. */
    private void attempt(String name, Consumer<String> body) {
        try (Scope scope = Scope.open()) {
            body.accept(name);
        } catch (ModelException | TensorException | IllegalArgumentException e) {
            cases.add(ParityReport.Case.failed(name, e.getMessage()));
        }
    }

    private void forward(String name, Subject plain, ForwardCase one) {
        try (Autograd.Guard frozen = Autograd.noGrad()) {
            if (one.overrides().isEmpty()) {
                outputs(name, plain, one);
            } else {
                try (Subject changed = Subject.open(golden, one.overrides())) {
                    outputs(name, changed, one);
                }
            }
        }
    }

    private void outputs(String name, Subject subject, ForwardCase one) {
        Map<String, Tensor> actual = subject.forward(one);
        one.outputs().forEach((output, expected) -> {
            IntPredicate counts = index -> one.counts(output, expected, index);
            cases.add(
                    new Deviation(Tolerance.OUTPUT).compare(name + "/" + output, expected, actual.get(output), counts));
        });
    }

    private void generation(String name, Subject subject, GenerationCase one) {
        Map<String, Tensor> actual = subject.generate(one);
        one.outputs().forEach((output, expected) -> {
            Tolerance tolerance = expected.whole() ? Tolerance.EXACT : Tolerance.OUTPUT;
            cases.add(new Deviation(tolerance).compare(name + "/" + output, expected, actual.get(output), i -> true));
        });
    }

    private void gradients(String name, TrainingCase one) {
        try (Subject subject = trainable()) {
            Tensor loss = subject.loss(one);
            List<Double> expected = List.of(one.loss());
            cases.add(new Deviation(Tolerance.LOSS)
                    .compare(name + "/loss", expected, List.of(loss.item()), index -> "loss"));
            loss.backward();
            Map<String, Tensor> parameters = subject.parameters();
            norms(name, one, parameters);
            one.gradients()
                    .forEach((parameter, gradient) -> cases.add(new Deviation(Tolerance.elements(gradient.largest()))
                            .compare(
                                    name + "/grads/" + parameter,
                                    gradient,
                                    parameters.get(parameter).grad(),
                                    index -> true)));
        }
    }

    private void norms(String name, TrainingCase one, Map<String, Tensor> parameters) {
        requireSame(one.gradientNorms().keySet(), parameters.keySet());
        List<String> names = List.copyOf(one.gradientNorms().keySet());
        List<Double> actual = names.stream()
                .map(parameter -> parameters.get(parameter).grad().norm().item())
                .toList();
        cases.add(new Deviation(Tolerance.GRADIENT)
                .compare(name + "/grad_norms", List.copyOf(one.gradientNorms().values()), actual, names::get));
        cases.add(new Deviation(Tolerance.GRADIENT)
                .compare(
                        name + "/grad_norm_total",
                        List.of(one.gradientNorm()),
                        List.of(Gradients.norm(parameters.values())),
                        index -> "all parameters"));
    }

    private static void requireSame(Set<String> golden, Set<String> ours) {
        Set<String> different = new TreeSet<>(golden);
        different.addAll(ours);
        different.removeIf(name -> golden.contains(name) && ours.contains(name));
        if (!different.isEmpty()) {
            throw new ModelException("the parameters are not those of the reference: " + different);
        }
    }

    private void run(String name, TrainingCase one, TrainingCase.Run run) {
        List<Double> losses = new ArrayList<>();
        try (Subject subject = trainable();
                Optimizer optimizer = run.optimizer().of(subject.parameters())) {
            while (losses.size() < run.losses().size()) {
                try (Scope step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor loss = subject.loss(one);
                    losses.add(loss.item());
                    loss.backward();
                    optimizer.step(run.learningRate());
                }
            }
        }
        cases.add(new Deviation(Tolerance.run(run.uncertainty()))
                .compare(name, run.losses(), losses, step -> "after step " + step));
    }

    private Subject trainable() {
        Subject subject = open();
        subject.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
        return subject;
    }
}
