package org.maliang.model.generate;

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

    /** Makes row {@code i} go on with what row {@code from[i]} has read; there may be fewer or more rows than before. */
    void select(int[] from);

    @Override
    void close();
}
