package org.maliang.model.head;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderConfig;
import org.maliang.model.Family;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * A family of encoders with the usual heads. It builds the head that the configuration names; the family says what its
 * parts are called, and what its own heads look like.
 *
 * <p>In models with a head the encoder's parameters stand below a prefix such as {@code bert.}; files may have or lack it.
 * Heads that a file holds and the configuration does not ask for are ignored.
 *
 * @param <C> the family's configuration
 */
public abstract class EncoderFamily<C extends EncoderConfig> implements Family {

    private final String prefix;

    protected EncoderFamily(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public abstract C config(JsonNode config);

    /** Assembles the encoder from the parameters below {@code at}. */
    protected abstract Encoder encoder(C config, Parameters at, boolean pooler);

    /** Whether models of that kind have the pooler that the family's encoders have. */
    protected abstract boolean hasPooler(HeadKind kind);

    /** The names heads begin with, and the kinds of models that have them. */
    protected abstract Map<String, Set<HeadKind>> headParts();

    /**
     * The head that tells words, in families that have it.
     *
     * @param tokens the encoder's token embedding {@code [vocabulary, size]}
     */
    protected MaskedLmHead words(C config, Tensor tokens, Parameters all) {
        throw new IllegalArgumentException(config.task() + " is not built by its family");
    }

    /** The head of a classifier of whole texts, behind {@link Encoder#pooled}. */
    protected VectorHead classifier(C config, Parameters all) {
        return VectorHead.plain(config.headDropout(), labels(config, all.at("classifier")));
    }

    /** One number for every label of a token. */
    protected VectorHead tokens(C config, Parameters all) {
        return VectorHead.plain(config.headDropout(), labels(config, all.at("classifier")));
    }

    /** One number for a choice, behind {@link Encoder#pooled}. */
    protected VectorHead choice(C config, Parameters all) {
        return VectorHead.plain(config.headDropout(), linear(config, all.at("classifier"), 1));
    }

    /** Start and end of an answer, for every token. */
    protected VectorHead span(C config, Parameters all) {
        return VectorHead.plain(new Dropout(0), linear(config, all.at("qa_outputs"), 2));
    }

    /** The kinds of heads that the family has beside the usual ones. */
    protected Model special(C config, Encoder encoder, Parameters all) {
        throw new IllegalArgumentException(config.task() + " is not built by its family");
    }

    /** The encoder below {@code at} without pooler and head: the part of a larger model that reads. */
    public final Encoder reader(JsonNode config, Parameters at) {
        return encoder(config(config), at, false);
    }

    @Override
    public final Model build(JsonNode json, Parameters.Source source) {
        C config = config(json);
        HeadKind kind = config.task().kind();
        Parameters all = Parameters.from(source);
        if (kind == HeadKind.ENCODER) {
            return encoder(config, all, hasPooler(kind));
        }
        Encoder encoder = encoder(config, all.at(prefix), hasPooler(kind));
        return switch (kind) {
            case MASKED_LM -> new MaskedLm(encoder, all, words(config, encoder, all));
            case CLASSIFICATION, IMAGE_CLASSIFICATION ->
                new Classifier(
                        encoder, all, classifier(config, all), config.task().problem());
            case TOKEN_CLASSIFICATION -> new TokenClassifier(encoder, all, tokens(config, all));
            case QUESTION_ANSWERING -> new QuestionAnswering(encoder, all, span(twoLabels(config), all));
            case MULTIPLE_CHOICE -> new MultipleChoice(encoder, all, choice(config, all));
            default -> special(config, encoder, all);
        };
    }

    /** The masked-word head of an encoder that reads text. */
    protected final MaskedLmHead words(C config, Encoder encoder, Parameters all) {
        return words(config, encoder.tokenEmbedding().orElseThrow(), all);
    }

    private C twoLabels(C config) {
        int labels = config.task().labels().size();
        if (labels != 2) {
            throw new ModelException("config.json: a span has 2 labels, start and end, not " + labels
                    + ": correct id2label, or name the architecture the weights are for");
        }
        return config;
    }

    /** One output for every label. */
    protected final Projection labels(C config, Parameters at) {
        return linear(config, at, config.task().labels().size());
    }

    /** From hidden states to {@code out} numbers. */
    protected final Projection linear(C config, Parameters at, int out) {
        return Linear.of(at, Initial.normal(config.initialDeviation()), config.hiddenSize(), out);
    }

    /** With and without the prefix, and with the {@code gamma} and {@code beta} of files made before 2019. */
    @Override
    public List<String> storedNames(String parameter) {
        String start = prefix + ".";
        List<String> names = new ArrayList<>();
        for (String name : List.of(
                parameter, parameter.startsWith(start) ? parameter.substring(start.length()) : start + parameter)) {
            names.add(name);
            if (name.endsWith("LayerNorm.weight")) {
                names.add(name.replaceFirst("weight$", "gamma"));
            } else if (name.endsWith("LayerNorm.bias")) {
                names.add(name.replaceFirst("bias$", "beta"));
            }
        }
        return names;
    }

    /** Buffers of old files, a pooler the kind of model has no use for, heads of other kinds. */
    @Override
    public boolean ignores(JsonNode config, String stored) {
        HeadKind kind = config(config).task().kind();
        String name = stored.startsWith(prefix + ".") ? stored.substring(prefix.length() + 1) : stored;
        if (name.equals("embeddings.position_ids") || name.equals("embeddings.token_type_ids")) {
            return true;
        }
        if (name.startsWith("pooler.")) {
            return !hasPooler(kind);
        }
        return headParts().entrySet().stream()
                .anyMatch(part ->
                        name.startsWith(part.getKey()) && !part.getValue().contains(kind));
    }
}
