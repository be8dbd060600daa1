package org.maliang.model.bart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;

/**
 * BART, mBART and PEGASUS files: Hugging Face's names, with or without {@code model.} before them; the shared embedding may
 * stand under the name of one of the stacks.
 */
public final class BartFamily implements Family {

    private static final String BODY = "model.";
    private static final String SHARED = "shared.weight";
    private static final List<String> COPIES = List.of("encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

    @Override
    public EncoderDecoderConfig config(JsonNode config) {
        return BartConfig.of(config);
    }

    @Override
    public Model build(JsonNode json, Parameters.Source source) {
        BartConfig config = BartConfig.of(json);
        Parameters all = Parameters.from(source);
        return config.task().kind() == HeadKind.CLASSIFICATION
                ? EncoderDecoderClassifier.of(
                        config.task(),
                        Bart.body(config, all),
                        all,
                        config.dropout().classifier(),
                        Initial.normal(config.initialDeviation()))
                : Bart.writer(config, all);
    }

    @Override
    public List<String> storedNames(String parameter) {
        if (!parameter.startsWith(BODY)) {
            return List.of(parameter);
        }
        List<String> names = new ArrayList<>();
        for (String prefix : List.of(BODY, "")) {
            String inner = parameter.substring(BODY.length());
            names.add(prefix + inner);
            if (inner.equals(SHARED)) {
                COPIES.forEach(copy -> names.add(prefix + copy));
            }
        }
        return names;
    }

    /** Copies of the shared embedding, positions that can be computed, marks of converters, heads that are not asked for. */
    @Override
    public boolean ignores(JsonNode json, String stored) {
        BartConfig config = BartConfig.of(json);
        String name = stored.startsWith(BODY) ? stored.substring(BODY.length()) : stored;
        boolean writes = config.task().kind() == HeadKind.CONDITIONAL_GENERATION;
        return COPIES.contains(name)
                || name.equals("encoder.version")
                || name.equals("decoder.version")
                || (config.kind().sinusoids() && name.endsWith("coder.embed_positions.weight"))
                || (name.equals("lm_head.weight") && (config.tiedHead() || !writes))
                || (name.equals("final_logits_bias") && !writes)
                || (name.startsWith("classification_head.") && writes);
    }
}
