package org.maliang.model.megatronbert;

import org.maliang.model.Encoder;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertFamily;
import org.maliang.model.layer.Parameters;

/** Megatron-BERT files: BERT's heads, and {@code bert.} before the encoder's names. */
public final class MegatronBertFamily extends BertFamily {

    public MegatronBertFamily() {
        super(
                "bert",
                new BertConfig.Defaults(
                        "megatron-bert",
                        "MegatronBert",
                        BertConfig.defaults("", "").kinds(),
                        29056,
                        1024,
                        24,
                        16,
                        4096,
                        2,
                        0));
    }

    @Override
    protected Encoder encoder(BertConfig config, Parameters at, boolean pooler) {
        return new MegatronBert(config, at, pooler);
    }
}
