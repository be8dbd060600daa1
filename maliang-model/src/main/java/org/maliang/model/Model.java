package org.maliang.model;

import java.util.Map;
import java.util.Optional;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Tensor;

/**
 * A network: its configuration and its parameters. What it computes is up to its kind, such as {@link Decoder}.
 *
 * <p>A model owns its parameters. It is not safe for use by several threads at once while training.
 */
public abstract class Model implements AutoCloseable {

    private static final MatMul.Size NOTHING = new MatMul.Size(0, 0);

    private final ModelConfig config;
    private final Parameters parameters; // owned

    protected Model(ModelConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
    }

    public ModelConfig config() {
        return config;
    }

    /** All parameters by their Hugging Face names, in file order. */
    public Map<String, Tensor> parameters() {
        return parameters.tensors();
    }

    /** What belongs to the model and its file and is not learned, by Hugging Face's names; few families have any. */
    public Map<String, Tensor> fixed() {
        return parameters.fixed();
    }

    /** What activations are computed in, whatever the format of the weights. */
    public final DType dtype() {
        return parameters.dtype();
    }

    /** What keys and values of texts on their way are kept in. */
    public final DType cacheType() {
        return parameters.cacheType();
    }

    /** Scores of the vocabulary: {@code hidden} times the head, which is packed when it is first needed. */
    protected final Tensor scores(Tensor hidden, Tensor headWeight, Optional<Tensor> bias) {
        return head(headWeight, bias).apply(hidden);
    }

    final MatMul head(Tensor weight, Optional<Tensor> bias) {
        return parameters.product(weight, bias);
    }

    /** What a pass through the layers multiplies by and reads; the head is {@link Decoder#headSize()}'s. */
    public final MatMul.Size bodySize() {
        return parameters.products().stream().map(MatMul::size).reduce(NOTHING, MatMul.Size::plus);
    }

    /** Whether threads of ours, not LibTorch's, share most of what a pass over so many positions multiplies by. */
    public final boolean ownThreads(long rows) {
        long own = parameters.products().stream()
                .filter(product -> product.ownThreads(rows))
                .mapToLong(product -> product.size().weights())
                .sum();
        return own > 0 && 2 * own > bodySize().weights(); // mostly 0: each pass asks
    }

    /** How many positions, in passes of several, pay for being {@linkplain #ready ready}. */
    final long worthReady() {
        return parameters.products().stream()
                .mapToLong(MatMul::worthReady)
                .max()
                .orElse(0);
    }

    /** Makes at once what passes over many positions need, which else the first of them waits for. */
    public final void ready() {
        parameters.ready();
    }

    /** Where the parameters are. */
    public Device device() {
        return parameters().values().iterator().next().device();
    }

    /** How many numbers the model has learned. */
    public long parameterCount() {
        return parameters().values().stream().mapToLong(Tensor::elements).sum();
    }

    @Override
    public void close() {
        parameters.close();
    }
}
