package org.maliang.model.megatron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.model.ModelException;

/** What is known of CPM-LM (arXiv:2012.00413) without a configuration, which none of its forms has. */
public final class Cpm {
    private static final int HEAD_SIZE = 80; // 2,560 / 32
    private static final int END = 7; // <eod>
    private static final int PADDING = 5; // <pad>

    private Cpm() {}

    /** How many heads attention of that width has. {@link ModelException} if CPM-LM's do not fit into it. */
    public static int heads(int width) {
        if (width % HEAD_SIZE != 0) {
            throw new ModelException(
                    "nothing beside the weights says how many heads the attention has: --heads N does");
        }
        return width / HEAD_SIZE;
    }

    /** The tokens that begin and end texts and fill up. */
    public static ObjectNode withTokens(ObjectNode config) {
        return config.put("bos_token_id", END).put("eos_token_id", END).put("pad_token_id", PADDING);
    }
}
