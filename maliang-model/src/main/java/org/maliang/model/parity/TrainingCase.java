package org.maliang.model.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.tensor.AdamW;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.ParameterGroup;
import org.maliang.tensor.Sgd;
import org.maliang.tensor.Tensor;

/**
 * One training batch: its loss, its gradients, and runs of optimisers that see it again and again.
 *
 * @param inputs with {@code labels}
 * @param gradientNorms Euclidean norms by parameter, of all parameters
 * @param gradientNorm of all gradients together
 * @param gradients whole gradients of some parameters
 */
record TrainingCase(
        String name,
        Map<String, GoldenTensor> inputs,
        double loss,
        Map<String, Double> gradientNorms,
        double gradientNorm,
        Map<String, GoldenTensor> gradients,
        List<Run> runs) {

    /** Makes the optimiser of a run for the parameters of a model. */
    interface OptimizerSource {
        Optimizer of(Map<String, Tensor> parameters);
    }

    /**
     * An optimiser on one batch.
     *
     * @param losses before step 1, after step 1, ..., after the last step
     * @param uncertainty largest difference between the reference implementation's own F32 and F64 runs
     */
    record Run(String name, OptimizerSource optimizer, double learningRate, List<Double> losses, double uncertainty) {

        static Run sgd(GoldenNode node) {
            return of("sgd", parameters -> Sgd.of(List.of(new ParameterGroup(parameters, 0))), node);
        }

        static Run adamW(GoldenNode node) {
            List<Double> betas = node.at("betas").list(GoldenNode::number);
            double epsilon = node.at("eps").number();
            double decay = node.at("weight_decay").number();
            return of(
                    "adamw",
                    parameters -> AdamW.of(
                            List.of(new ParameterGroup(parameters, decay)), betas.get(0), betas.get(1), epsilon),
                    node);
        }

        private static Run of(String name, OptimizerSource optimizer, GoldenNode node) {
            List<Double> losses = node.at("losses").list(GoldenNode::number);
            if (losses.size() != node.at("steps").count() + 1) {
                throw node.wrong("has " + losses.size() + " losses, not one more than steps");
            }
            double uncertainty = node.at("f32_vs_f64_max_abs").number();
            return new Run(name, optimizer, node.at("lr").number(), losses, uncertainty);
        }
    }

    static TrainingCase of(GoldenNode node) {
        List<Run> runs = new ArrayList<>();
        if (node.has("sgd")) {
            runs.add(Run.sgd(node.at("sgd")));
        }
        if (node.has("adamw")) {
            runs.add(Run.adamW(node.at("adamw")));
        }
        return new TrainingCase(
                node.at("name").text(),
                node.map("inputs", GoldenTensor::of),
                node.at("loss").number(),
                node.map("grad_norms", GoldenNode::number),
                node.at("grad_norm_total").number(),
                node.map("grads", GoldenTensor::of),
                runs);
    }
}
