package org.maliang.model.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ModelException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Where one tensor of Hugging Face's comes from. Names may have one {@code %d} for the number of a layer.
 *
 * @param name Hugging Face's
 * @param sources the checkpoint's; several are joined along their last dimension, in this order
 * @param rows how many rows of it are real, the others fill up; 0 for all
 * @param required whether every checkpoint has it
 */
record Rule(String name, Form form, List<String> sources, long rows, boolean required) {

    static Rule vector(String name, String... sources) {
        return new Rule(name, Form.VECTOR, List.of(sources), 0, true);
    }

    static Rule table(String name, String... sources) {
        return new Rule(name, Form.TABLE, List.of(sources), 0, true);
    }

    static Rule turned(String name, String... sources) {
        return new Rule(name, Form.TURNED, List.of(sources), 0, true);
    }

    /** The same for a table whose last rows fill up. */
    Rule rows(long real) {
        return new Rule(name, form, sources, real, required);
    }

    /** The same for a tensor that a checkpoint may lack. */
    Rule optional() {
        return new Rule(name, form, sources, rows, false);
    }

    /** The rule for one layer. */
    Rule at(int layer) {
        List<String> there =
                sources.stream().map(source -> source.formatted(layer)).toList();
        return new Rule(name.formatted(layer), form, there, rows, required);
    }

    /**
     * Adds the tensor to {@code out}.
     *
     * @throws ModelException if it is missing, or has another form
     */
    void add(DerivedWeights out, Weights stored) {
        List<TensorInfo> infos = new ArrayList<>();
        for (String source : sources) {
            if (!stored.names().contains(source)) {
                throw new ModelException(stored.source() + ": lacks \"" + source
                        + "\": it is incomplete, or a model that is not known here");
            }
            infos.add(stored.info(source));
        }
        TensorInfo first = infos.get(0);
        for (TensorInfo info : infos) {
            if (!form.fits(info.shape())
                    || info.dtype() != first.dtype()
                    || !info.shape().subList(0, info.shape().size() - 1).equals(beforeLast(first))) {
                throw new ModelException(
                        stored.source() + ": \"" + info.name() + "\" is " + info.dtype() + " " + info.shape()
                                + ", which cannot become \"" + name + "\": it is a model that is not known here");
            }
        }
        List<Long> joined = new ArrayList<>(first.shape());
        joined.set(
                joined.size() - 1,
                infos.stream()
                        .mapToLong(info -> info.shape().get(info.shape().size() - 1))
                        .sum());
        List<Long> shape = new ArrayList<>(form.shape(joined));
        if (rows > shape.get(0)) {
            throw new ModelException(stored.source() + ": \"" + first.name() + "\" has " + shape.get(0)
                    + " rows, the configuration asks for " + rows + ": the two do not belong together");
        }
        boolean cut = rows > 0 && rows < shape.get(0);
        shape.set(0, cut ? rows : shape.get(0));
        DType dtype = first.dtype();
        out.add(name, dtype, shape, () -> {
            Tensor whole = form.change(joined(stored), joined);
            return cut ? whole.narrow(0, 0, rows) : whole;
        });
    }

    private static List<Long> beforeLast(TensorInfo info) {
        return info.shape().subList(0, info.shape().size() - 1);
    }

    private Tensor joined(Weights stored) {
        List<Tensor> parts = sources.stream().map(stored::tensor).toList();
        return parts.size() == 1 ? parts.get(0) : Tensor.cat(parts, -1);
    }
}
