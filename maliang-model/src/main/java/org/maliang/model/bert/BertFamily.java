package org.maliang.model.bert;

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
import org.maliang.model.head.NextSentence;
import org.maliang.model.head.Pretraining;
import org.maliang.model.head.VectorHead;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/** BERT files, and those of families with BERT's heads. */
public class BertFamily extends EncoderFamily<BertConfig> {

    private static final String WORDS = "cls.predictions.";
    private static final Set<HeadKind> WITHOUT_POOLER =
            Set.of(HeadKind.MASKED_LM, HeadKind.TOKEN_CLASSIFICATION, HeadKind.QUESTION_ANSWERING);
    private static final Map<String, Set<HeadKind>> HEADS = Map.of(
            WORDS,
            Set.of(HeadKind.MASKED_LM, HeadKind.PRETRAINING),
            "cls.seq_relationship.",
            Set.of(HeadKind.NEXT_SENTENCE, HeadKind.PRETRAINING),
            "classifier.",
            Set.of(HeadKind.CLASSIFICATION, HeadKind.TOKEN_CLASSIFICATION, HeadKind.MULTIPLE_CHOICE),
            "qa_outputs.",
            Set.of(HeadKind.QUESTION_ANSWERING));

    private final BertConfig.Defaults defaults;

    public BertFamily() {
        this("bert", BertConfig.defaults("bert", "Bert"));
    }

    /** @param prefix of the encoder's names */
    protected BertFamily(String prefix, BertConfig.Defaults defaults) {
        super(prefix);
        this.defaults = defaults;
    }

    @Override
    public BertConfig config(JsonNode config) {
        return BertConfig.of(config, defaults);
    }

    @Override
    protected Encoder encoder(BertConfig config, Parameters at, boolean pooler) {
        return new Bert(config, at, pooler);
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
    protected MaskedLmHead words(BertConfig config, Tensor tokens, Parameters all) {
        LayerShape shape = config.layer();
        Parameters at = all.at("cls").at("predictions");
        Tensor bias = at.take("bias", Initial.ZEROS, config.vocabularySize());
        Parameters transform = at.at("transform");
        Projection dense = Linear.of(transform.at("dense"), shape.initial(), shape.hidden(), shape.hidden());
        Tensor decoder = config.tiedHead()
                ? tokens
                : at.at("decoder").take("weight", shape.initial(), config.vocabularySize(), shape.hidden());
        return new MaskedLmHead(
                dense, shape.activation(), BertLayer.norm(shape, transform.at("LayerNorm")), decoder, bias);
    }

    @Override
    protected Model special(BertConfig config, Encoder encoder, Parameters all) {
        if (config.task().kind() == HeadKind.NEXT_SENTENCE) {
            return new NextSentence(encoder, all, sentences(config, all));
        }
        return new Pretraining(encoder, all, words(config, encoder, all), sentences(config, all));
    }

    private VectorHead sentences(BertConfig config, Parameters all) {
        Projection output = linear(config, all.at("cls").at("seq_relationship"), 2);
        return VectorHead.plain(new Dropout(0), output);
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
