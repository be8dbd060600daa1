package org.maliang.model.layer;

import java.util.Optional;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

/**
 * Attention with linear biases (Press et al., arXiv:2108.12409): instead of positions, every head prefers late keys by a
 * slope of its own. The biases are counted from the start of the text, not from the query: the difference is the same
 * for all keys of a query, and softmax does not see it.
 */
public final class Alibi {

    private final float[] slopes;

    public Alibi(int heads) {
        this.slopes = slopes(heads);
    }

    /** A geometric sequence; head counts that are no power of two fill up with every other slope of twice the count. */
    static float[] slopes(int heads) {
        int power = Integer.highestOneBit(heads);
        float[] slopes = new float[heads];
        for (int head = 0; head < heads; head++) {
            boolean regular = head < power;
            double base = Math.pow(2, -8.0 / (regular ? power : 2 * power));
            slopes[head] = (float) Math.pow(base, regular ? head + 1 : 2 * (head - power) + 1);
        }
        return slopes;
    }

    /**
     * The biases: {@code [batch or 1, heads, 1, keys]}.
     *
     * @param visible {@code [batch, keys]}, 1 for tokens and 0 for padding, which is not counted; a mask for every pair of
     *     query and key does not change places
     */
    public Tensor biases(Optional<Tensor> visible, long keys, Device device) {
        Tensor places = visible.filter(mask -> mask.rank() == 2)
                .map(mask -> mask.cumsum(-1).sub(1).mul(mask)) // [batch, keys]
                .orElseGet(() -> Tensor.arange(keys).to(device).unsqueeze(0));
        Tensor each = Tensor.of(slopes, 1, slopes.length, 1, 1).to(device);
        return places.unsqueeze(1).unsqueeze(1).mul(each);
    }
}
