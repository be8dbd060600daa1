package org.maliang.model.t5;

import java.util.List;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Norm;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.RelativeBias;
import org.maliang.tensor.Tensor;

/**
 * One side of a T5.
 *
 * @param crossAttentions one a block in the decoder, none in the encoder
 * @param bias of distances; all layers have that of the first
 */
public record T5Stack(
        List<Block> blocks, List<CrossAttention> crossAttentions, RelativeBias bias, Norm norm, Dropout dropout) {

    /** {@code pass} with the bias of distances on its mask. */
    public Pass biased(Pass pass, long queries) {
        return pass.withMask(bias.onto(pass.mask(), queries, pass.cache().length() + queries));
    }

    /** The final norm and the dropout behind it. */
    public Tensor finish(Tensor x, boolean training) {
        return dropout.apply(norm.apply(x), training);
    }
}
