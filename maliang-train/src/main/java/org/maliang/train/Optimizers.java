package org.maliang.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.tensor.Adafactor;
import org.maliang.tensor.Adam;
import org.maliang.tensor.AdamW;
import org.maliang.tensor.Lamb;
import org.maliang.tensor.Muon;
import org.maliang.tensor.Optimizer;
import org.maliang.tensor.ParameterGroup;
import org.maliang.tensor.Sgd;
import org.maliang.tensor.Tensor;
import org.maliang.train.recipe.OptimizerSettings;

/** Makes the optimiser that a recipe asks for. Matrices are decayed, vectors (biases, norms) are not. */
final class Optimizers {
    private Optimizers() {}

    static Optimizer of(OptimizerSettings settings, Map<String, Tensor> parameters) {
        Map<String, Tensor> matrices = new LinkedHashMap<>();
        Map<String, Tensor> vectors = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> (tensor.rank() >= 2 ? matrices : vectors).put(name, tensor));
        var groups = List.of(new ParameterGroup(matrices, settings.weightDecay()), new ParameterGroup(vectors, 0));
        double beta1 = settings.betas().get(0);
        double beta2 = settings.betas().size() > 1 ? settings.betas().get(1) : beta1;
        return switch (settings.name()) {
            case ADAMW -> AdamW.of(groups, beta1, beta2, settings.eps());
            case ADAM -> Adam.of(groups, beta1, beta2, settings.eps());
            case LAMB -> Lamb.of(groups, beta1, beta2, settings.eps());
            case ADAFACTOR -> Adafactor.of(groups);
            case SGD -> Sgd.of(groups, beta1);
            case MUON ->
                Muon.of(
                        new ParameterGroup(hidden(matrices), settings.weightDecay()),
                        List.of(new ParameterGroup(tables(matrices), settings.weightDecay()), groups.get(1)),
                        beta1,
                        beta2,
                        settings.eps());
        };
    }

    /** The matrices inside the layers: Muon is not for embeddings and heads. */
    private static Map<String, Tensor> hidden(Map<String, Tensor> matrices) {
        return selected(matrices, true);
    }

    private static Map<String, Tensor> tables(Map<String, Tensor> matrices) {
        return selected(matrices, false);
    }

    private static Map<String, Tensor> selected(Map<String, Tensor> matrices, boolean insideLayers) {
        Map<String, Tensor> selected = new LinkedHashMap<>();
        matrices.forEach((name, tensor) -> {
            if (name.matches(".*\\.\\d+\\..*") == insideLayers) {
                selected.put(name, tensor);
            }
        });
        return selected;
    }
}
