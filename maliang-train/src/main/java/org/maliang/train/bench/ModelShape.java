package org.maliang.train.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A GPT-2 to measure with: speed depends on the shape, not on the weights.
 *
 * @param vocabulary entries
 * @param hidden width of the residual stream
 * @param layers blocks
 * @param heads of attention
 */
public record ModelShape(int vocabulary, int hidden, int layers, int heads) {

    /** GPT-2's smallest: 124 million parameters. */
    public static final ModelShape GPT2_124M = new ModelShape(50257, 768, 12, 12);

    /** About the size of a model that is trained on two cores in an evening: 13 million parameters. */
    public static final ModelShape SMALL = new ModelShape(8000, 320, 8, 5);

    /** Its {@code config.json}. */
    public ObjectNode config(int context) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "gpt2")
                .put("vocab_size", vocabulary)
                .put("n_positions", context)
                .put("n_embd", hidden)
                .put("n_layer", layers)
                .put("n_head", heads)
                .put("embd_pdrop", 0)
                .put("attn_pdrop", 0)
                .put("resid_pdrop", 0);
    }
}
