package org.maliang.model.albert;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.head.Pretraining;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/** ALBERT files. */
public final class AlbertFamily extends EncoderFamily<AlbertConfig> {

    private static final String WORDS = "predictions.";
    private static final Set<HeadKind> WITHOUT_POOLER =
            Set.of(HeadKind.MASKED_LM, HeadKind.TOKEN_CLASSIFICATION, HeadKind.QUESTION_ANSWERING);
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            WORDS,
            Set.of(HeadKind.MASKED_LM, HeadKind.PRETRAINING),
            "sop_classifier.",
            Set.of(HeadKind.PRETRAINING),
            "classifier.",
            Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION, HeadKind.MULTIPLE_CHOICE),
            "qa_outputs.",
            Set.of(HeadKind.QUESTION_ANSWERING));

    public AlbertFamily() {
        super("albert");
    }

    @Override
    public AlbertConfig config(JsonNode config) {
        return AlbertConfig.of(config);
    }

    @Override
    protected Encoder encoder(AlbertConfig config, Parameters at, boolean pooler) {
        return new Albert(config, at, pooler);
    }

    @Override
    protected boolean hasPooler(HeadKind kind) {
        return !WITHOUT_POOLER.contains(kind);
    }

    @Override
    protected Map<String, Set<HeadKind>> headParts() {
        return HEADS;
    }

    @Override
    protected MaskedLmHead words(AlbertConfig config, Tensor tokens, Parameters all) {
        Parameters at = all.at("predictions");
        Tensor bias = at.take("bias", Initial.ZEROS, config.vocabularySize());
        LayerNorm norm = LayerNorm.of(
                at.at("LayerNorm"), config.embeddingSize(), config.layer().epsilon());
        Projection dense = linear(config, at.at("dense"), config.embeddingSize());
        Initial initial = Initial.normal(config.initialDeviation());
        Tensor decoder = config.tiedHead()
                ? tokens
                : at.at("decoder").take("weight", initial, config.vocabularySize(), config.embeddingSize());
        return new MaskedLmHead(dense, config.layer().activation(), norm, decoder, bias);
    }

    @Override
    protected Model special(AlbertConfig config, Encoder encoder, Parameters all) {
        MaskedLmHead words = words(config, encoder, all);
        Projection order = labels(config, all.at("sop_classifier").at("classifier"));
        return new Pretraining(encoder, all, words, VectorHead.plain(config.headDropout(), order));
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
