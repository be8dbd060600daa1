package org.maliang.model.palm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.layer.Parameters;

/**
 * PALM files: ModelScope's names, with {@code model.}, {@code palm.} or both before them, and where they differ those of
 * the first release ({@code bert.model.…}, {@code generator.0.bias}, {@code generator.gen_proj.bias}). Taken from their
 * code; no published file has been seen.
 */
public final class PalmFamily implements Family {

    private static final String ENCODER = "bert.";
    private static final String BIAS = "generator.dense.bias";
    private static final List<String> BIASES = List.of(BIAS, "generator.0.bias", "generator.gen_proj.bias");
    private static final List<String> PREFIXES = List.of("", "palm.", "model.", "model.palm.");

    /** Masks and positions that can be computed, copies of the tied head, what the loss keeps. */
    private static final Pattern IGNORED = Pattern.compile("(model\\.)?(palm\\.)?"
            + "(decoder\\.(pos_emb\\.pe|transformer_layers\\.\\d+\\.mask)"
            + "|bert\\.(model\\.)?embeddings\\.(position_ids|token_type_ids)"
            + "|generator\\.(dense|0|gen_proj)\\.weight"
            + "|loss\\..*)");

    @Override
    public EncoderDecoderConfig config(JsonNode config) {
        return PalmConfig.of(config);
    }

    @Override
    public EncoderDecoder build(JsonNode config, Parameters.Source source) {
        return new Palm(PalmConfig.of(config), Parameters.from(source));
    }

    @Override
    public List<String> storedNames(String parameter) {
        List<String> names = new ArrayList<>();
        for (String prefix : PREFIXES) {
            for (String name : alike(parameter)) {
                names.add(prefix + name);
            }
        }
        return names;
    }

    private static List<String> alike(String parameter) {
        if (parameter.equals(BIAS)) {
            return BIASES;
        }
        return parameter.startsWith(ENCODER)
                ? List.of(parameter, "bert.model." + parameter.substring(ENCODER.length()))
                : List.of(parameter);
    }

    @Override
    public boolean ignores(String stored) {
        return IGNORED.matcher(stored).matches();
    }
}
