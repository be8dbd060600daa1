package org.maliang.model.roberta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.ModelException;
import org.maliang.model.bert.Bert;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * RoBERTa files (Liu et al., arXiv:1907.11692), and those of XLM-RoBERTa (Conneau et al., arXiv:1911.02116), which differ
 * in vocabulary alone.
 */
public final class RobertaFamily extends EncoderFamily<BertConfig> {

    private static final String WORDS = "lm_head.";
    private static final Set<HeadKind> KINDS = Set.of(
            HeadKind.ENCODER,
            HeadKind.MASKED_LM,
            HeadKind.CLASSIFICATION,
            HeadKind.TOKEN_CLASSIFICATION,
            HeadKind.QUESTION_ANSWERING,
            HeadKind.MULTIPLE_CHOICE);
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            WORDS,
            Set.of(HeadKind.MASKED_LM),
            "classifier.",
            Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION, HeadKind.MULTIPLE_CHOICE),
            "qa_outputs.",
            Set.of(HeadKind.QUESTION_ANSWERING));

    private final BertConfig.Defaults defaults;

    private RobertaFamily(BertConfig.Defaults defaults) {
        super("roberta");
        this.defaults = defaults;
    }

    public static RobertaFamily roberta() {
        return new RobertaFamily(new BertConfig.Defaults("roberta", "Roberta", KINDS, 50265, 768, 12, 12, 3072, 2, 1));
    }

    public static RobertaFamily xlmRoberta() {
        return new RobertaFamily(
                new BertConfig.Defaults("xlm-roberta", "XLMRoberta", KINDS, 30522, 768, 12, 12, 3072, 2, 1));
    }

    /** As BERT's, but positions are counted from behind the padding id. */
    @Override
    public BertConfig config(JsonNode config) {
        BertConfig read = BertConfig.of(config, defaults);
        int padding = read.padId()
                .orElseThrow(() -> new ModelException(
                        "config.json: \"pad_token_id\" is null, but positions are counted from it: set it"));
        if (padding + 1 >= read.positionRows()) {
            throw new ModelException("config.json: max_position_embeddings " + read.positionRows()
                    + " leaves no position behind pad_token_id " + padding);
        }
        return read.withPositionOffset(padding + 1);
    }

    @Override
    protected Encoder encoder(BertConfig config, Parameters at, boolean pooler) {
        return new Bert(config, at, pooler);
    }

    @Override
    protected boolean hasPooler(HeadKind kind) {
        return kind == HeadKind.ENCODER || kind == HeadKind.MULTIPLE_CHOICE;
    }

    @Override
    protected Map<String, Set<HeadKind>> headParts() {
        return HEADS;
    }

    @Override
    protected MaskedLmHead words(BertConfig config, Tensor tokens, Parameters all) {
        LayerShape shape = config.layer();
        Parameters at = all.at("lm_head");
        Tensor bias = at.take("bias", Initial.ZEROS, config.vocabularySize());
        Projection dense = linear(config, at.at("dense"), shape.hidden());
        Tensor decoder = config.tiedHead()
                ? tokens
                : at.at("decoder")
                        .take("weight", Initial.normal(shape.deviation()), config.vocabularySize(), shape.hidden());
        return new MaskedLmHead(dense, Activation.GELU, BertLayer.norm(shape, at.at("layer_norm")), decoder, bias);
    }

    /** A layer of its own over the first token. */
    @Override
    protected VectorHead classifier(BertConfig config, Parameters all) {
        Parameters at = all.at("classifier");
        Projection dense = linear(config, at.at("dense"), config.hiddenSize());
        Projection output = labels(config, at.at("out_proj"));
        return VectorHead.deep(config.headDropout(), dense, Activation.TANH, config.headDropout(), output);
    }

    @Override
    public List<String> storedNames(String parameter) {
        List<String> names = new ArrayList<>(super.storedNames(parameter));
        if (parameter.equals(WORDS + "bias")) {
            names.add(WORDS + "decoder.bias");
        }
        return names;
    }

    /** Files may hold copies of the tied head. */
    @Override
    public boolean ignores(JsonNode config, String stored) {
        return stored.equals(WORDS + "decoder.bias")
                || stored.equals(WORDS + "decoder.weight") && config(config).tiedHead()
                || super.ignores(config, stored);
    }
}
