package org.maliang.model.tensorflow;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ModelException;

/**
 * What Hugging Face's names of a model are in a program of TensorFlow.
 *
 * @param whole tensors that are there once
 * @param stacks tensors that every layer has
 */
record NameTable(List<Rule> whole, List<Stack> stacks) {

    /** What optimisers, training loops and Keras store beside the parameters. */
    private static final Pattern TRAINING =
            Pattern.compile("(^|.*/)(global_step|adam_[mv]|(Adam|LAMB|Momentum|Adafactor)"
                    + "(Optimizer|WeightDecayOptimizer)?(_\\d+)?|beta[12]_power(_\\d+)?|[^/]*_slot_[a-z]+|.OPTIMIZER_SLOT|optimizer"
                    + "|save_counter|keras_api|_CHECKPOINTABLE_OBJECT_GRAPH)(/.*|$)");

    /**
     * Layers of one kind.
     *
     * @param first a tensor that each has; the first number without it ends the stack
     */
    record Stack(String first, List<Rule> rules) {}

    /** How many layers have a tensor of that name, where {@code %d} stands for their numbers. */
    static int count(Weights weights, String name) {
        int layers = 0;
        while (weights.names().contains(name.formatted(layers))) {
            layers++;
        }
        return layers;
    }

    /**
     * The checkpoint under Hugging Face's names; closing it closes {@code stored}.
     *
     * @param layout what the checkpoint was taken for
     * @throws ModelException if it lacks a tensor, or holds one that nobody asks for
     */
    Weights apply(Weights stored, String layout) {
        DerivedWeights out = new DerivedWeights(stored);
        Set<String> left = new LinkedHashSet<>(stored.names());
        whole.forEach(rule -> add(rule, out, stored, left));
        for (Stack stack : stacks) {
            int layers = count(stored, stack.first());
            for (int layer = 0; layer < layers; layer++) {
                for (Rule rule : stack.rules()) {
                    add(rule.at(layer), out, stored, left);
                }
            }
        }
        left.removeIf(name -> TRAINING.matcher(name).matches());
        if (!left.isEmpty()) {
            throw new ModelException(stored.source() + ": holds " + left.size() + " tensors that no " + layout
                    + " has, such as \"" + left.iterator().next() + "\": this kind of model is not supported");
        }
        return out;
    }

    private static void add(Rule rule, DerivedWeights out, Weights stored, Set<String> left) {
        if (rule.required() || stored.names().containsAll(rule.sources())) {
            rule.add(out, stored);
            left.removeAll(rule.sources());
        }
    }
}
