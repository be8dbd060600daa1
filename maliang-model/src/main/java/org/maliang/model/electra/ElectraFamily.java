package org.maliang.model.electra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.head.ReplacedTokenDetector;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/** ELECTRA files: the discriminator ({@code ElectraForPreTraining}), the generator ({@code ElectraForMaskedLM}), and tasks. */
public final class ElectraFamily extends EncoderFamily<ElectraConfig> {

    private static final String WORDS = "generator_lm_head.";
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            "discriminator_predictions.",
            Set.of(HeadKind.PRETRAINING),
            "generator_predictions.",
            Set.of(HeadKind.MASKED_LM),
            WORDS,
            Set.of(HeadKind.MASKED_LM),
            "classifier.",
            Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION, HeadKind.MULTIPLE_CHOICE),
            "sequence_summary.",
            Set.of(HeadKind.MULTIPLE_CHOICE),
            "qa_outputs.",
            Set.of(HeadKind.QUESTION_ANSWERING));

    public ElectraFamily() {
        super("electra");
    }

    @Override
    public ElectraConfig config(JsonNode config) {
        return ElectraConfig.of(config);
    }

    @Override
    protected Encoder encoder(ElectraConfig config, Parameters at, boolean pooler) {
        return new Electra(config, at);
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
    protected MaskedLmHead words(ElectraConfig config, Tensor tokens, Parameters all) {
        Parameters predictions = all.at("generator_predictions");
        LayerNorm norm = LayerNorm.of(
                predictions.at("LayerNorm"),
                config.embeddingSize(),
                config.bert().layer().epsilon());
        Projection dense = linear(config, predictions.at("dense"), config.embeddingSize());
        Parameters head = all.at("generator_lm_head");
        Initial initial = Initial.normal(config.initialDeviation());
        Tensor decoder = config.bert().tiedHead()
                ? tokens
                : head.take("weight", initial, config.vocabularySize(), config.embeddingSize());
        return new MaskedLmHead(
                dense, Activation.GELU, norm, decoder, head.take("bias", Initial.ZEROS, config.vocabularySize()));
    }

    @Override
    protected Model special(ElectraConfig config, Encoder encoder, Parameters all) {
        Parameters at = all.at("discriminator_predictions");
        Dropout none = new Dropout(0);
        Projection dense = linear(config, at.at("dense"), config.hiddenSize());
        Activation activation = config.bert().layer().activation();
        Projection output = linear(config, at.at("dense_prediction"), 1);
        return new ReplacedTokenDetector(encoder, all, VectorHead.deep(none, dense, activation, none, output));
    }

    /** As RoBERTa's, but with GELU. */
    @Override
    protected VectorHead classifier(ElectraConfig config, Parameters all) {
        Parameters at = all.at("classifier");
        Projection dense = linear(config, at.at("dense"), config.hiddenSize());
        Projection output = labels(config, at.at("out_proj"));
        return VectorHead.deep(config.headDropout(), dense, Activation.GELU, config.headDropout(), output);
    }

    @Override
    protected VectorHead choice(ElectraConfig config, Parameters all) {
        ElectraConfig.Summary summary = config.summary();
        Projection dense = summary.projected()
                ? linear(config, all.at("sequence_summary").at("summary"), config.hiddenSize())
                : x -> x;
        Projection output = linear(config, all.at("classifier"), 1);
        return (vectors, training) -> {
            Tensor x = dense.apply(summary.before().apply(vectors, training)); // [batch, hidden]
            Tensor y =
                    summary.activation().map(activation -> activation.apply(x)).orElse(x);
            return output.apply(summary.after().apply(y, training));
        };
    }

    /** Files may hold a copy of the tied head. */
    @Override
    public boolean ignores(JsonNode config, String stored) {
        return stored.equals(WORDS + "weight") && config(config).bert().tiedHead() || super.ignores(config, stored);
    }
}
