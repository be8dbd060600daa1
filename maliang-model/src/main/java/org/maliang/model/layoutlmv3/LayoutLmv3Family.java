package org.maliang.model.layoutlmv3;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;

/** LayoutLMv3 files. */
public final class LayoutLmv3Family extends EncoderFamily<LayoutLmv3Config> {

    private static final int MANY_LABELS = 10;
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            "classifier.", Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION),
            "qa_outputs.", Set.of(HeadKind.QUESTION_ANSWERING));

    public LayoutLmv3Family() {
        super("layoutlmv3");
    }

    @Override
    public LayoutLmv3Config config(JsonNode config) {
        return LayoutLmv3Config.of(config);
    }

    @Override
    protected Encoder encoder(LayoutLmv3Config config, Parameters at, boolean pooler) {
        return new LayoutLmv3(config, at);
    }

    @Override
    protected boolean hasPooler(HeadKind kind) {
        return false;
    }

    @Override
    protected Map<String, Set<HeadKind>> headParts() {
        return HEADS;
    }

    @Override
    protected VectorHead classifier(LayoutLmv3Config config, Parameters all) {
        return deep(config, all.at("classifier"), config.task().labels().size());
    }

    /** A layer of its own where there are many labels. */
    @Override
    protected VectorHead tokens(LayoutLmv3Config config, Parameters all) {
        Dropout first = config.bert().layer().dropout();
        int labels = config.task().labels().size();
        if (labels < MANY_LABELS) {
            return VectorHead.plain(first, labels(config, all.at("classifier")));
        }
        VectorHead deep = deep(config, all.at("classifier"), labels);
        return (vectors, training) -> deep.apply(first.apply(vectors, training), training);
    }

    @Override
    protected VectorHead span(LayoutLmv3Config config, Parameters all) {
        return deep(config, all.at("qa_outputs"), 2);
    }

    private VectorHead deep(LayoutLmv3Config config, Parameters at, int out) {
        Projection dense = linear(config, at.at("dense"), config.hiddenSize());
        Projection output = linear(config, at.at("out_proj"), out);
        return VectorHead.deep(config.headDropout(), dense, Activation.TANH, config.headDropout(), output);
    }
}
