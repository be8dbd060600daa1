package org.maliang.model.distilbert;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/** DistilBERT files. */
public final class DistilBertFamily extends EncoderFamily<DistilBertConfig> {

    private static final Set<HeadKind> WORDS = Set.of(HeadKind.MASKED_LM);
    private static final Set<HeadKind> TEXTS = Set.of(HeadKind.CLASSIFICATION, HeadKind.MULTIPLE_CHOICE);
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            "vocab_transform.", WORDS,
            "vocab_layer_norm.", WORDS,
            "vocab_projector.", WORDS,
            "pre_classifier.", TEXTS,
            "classifier.", Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION, HeadKind.MULTIPLE_CHOICE),
            "qa_outputs.", Set.of(HeadKind.QUESTION_ANSWERING));

    public DistilBertFamily() {
        super("distilbert");
    }

    @Override
    public DistilBertConfig config(JsonNode config) {
        return DistilBertConfig.of(config);
    }

    @Override
    protected Encoder encoder(DistilBertConfig config, Parameters at, boolean pooler) {
        return new DistilBert(config, at);
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
    protected MaskedLmHead words(DistilBertConfig config, Tensor tokens, Parameters all) {
        Projection dense = linear(config, all.at("vocab_transform"), config.hiddenSize());
        LayerNorm norm = LayerNorm.of(all.at("vocab_layer_norm"), config.hiddenSize(), DistilBertConfig.EPSILON);
        Parameters projector = all.at("vocab_projector");
        Initial initial = Initial.normal(config.initialDeviation());
        Tensor decoder = config.tiedHead()
                ? tokens
                : projector.take("weight", initial, config.vocabularySize(), config.hiddenSize());
        Tensor bias = projector.take("bias", Initial.ZEROS, config.vocabularySize());
        return new MaskedLmHead(dense, config.activation(), norm, decoder, bias);
    }

    @Override
    protected VectorHead classifier(DistilBertConfig config, Parameters all) {
        return deep(config, all, config.task().labels().size());
    }

    @Override
    protected VectorHead choice(DistilBertConfig config, Parameters all) {
        return deep(config, all, 1);
    }

    private VectorHead deep(DistilBertConfig config, Parameters all, int out) {
        Projection dense = linear(config, all.at("pre_classifier"), config.hiddenSize());
        Projection output = linear(config, all.at("classifier"), out);
        return VectorHead.deep(
                new Dropout(0), dense, Activation.RELU, config.dropouts().texts(), output);
    }

    @Override
    protected VectorHead span(DistilBertConfig config, Parameters all) {
        return VectorHead.plain(config.dropouts().spans(), linear(config, all.at("qa_outputs"), 2));
    }

    /** Files may hold a copy of the tied head. */
    @Override
    public boolean ignores(JsonNode config, String stored) {
        return stored.equals("vocab_projector.weight") && config(config).tiedHead() || super.ignores(config, stored);
    }
}
