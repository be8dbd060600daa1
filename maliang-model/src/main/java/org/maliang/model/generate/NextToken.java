package org.maliang.model.generate;

import java.util.function.Consumer;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

/**
 * Foretells the next token of texts, one a row. This is all that writing needs to know of a model: what decoders and
 * encoder-decoders differ in is what a row has read before its own tokens.
 *
 * <p>Owns what it has read, not the model.
 */
interface NextToken extends AutoCloseable {

    Device device();

    /** An empty cache for the texts; the caller closes it. */
    KvCache cache(long rows, long capacity);

    /** The scores after the last position of every row: {@code [rows, 1, vocabulary]}. */
    Tensor scores(Input input);

    /**
     * The same, showing the hidden states after the final norm that it read on the way, {@code [rows, time, hidden]}.
     *
     * @throws IllegalArgumentException if there is more to the scores than these
     */
    default Tensor scores(Input input, Consumer<Tensor> states) {
        throw new IllegalArgumentException(
                "contrastive search needs a decoder: take another search for a model that writes about a source");
    }

    /** Makes row {@code i} go on with what row {@code from[i]} has read; there may be fewer or more rows than before. */
    void select(int[] from);

    /** What it keeps of what it has read, in bytes, beside the cache. */
    long bytes();

    @Override
    void close();
}
