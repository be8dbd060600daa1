package org.maliang.model.head;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Parameters;

/**
 * A family of decoders, each with its language-model head or with a classifier of whole texts instead. Files may leave out
 * the name of the part that both share.
 */
public abstract class DecoderFamily implements Family {

    private static final String CLASSIFIER = HeadKind.CLASSIFICATION.suffix();

    private final String body;

    /** @param body what stands before the names of all parameters but the head's, such as {@code transformer.} */
    protected DecoderFamily(String body) {
        this.body = body;
    }

    @Override
    public abstract DecoderConfig config(JsonNode config);

    /** Assembles a decoder; without {@code languageHead} it takes no parameters for a head of its own. */
    protected abstract Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead);

    /** The decoder below {@code at} with its language-model head: the part of a larger model that writes. */
    public final Decoder writer(JsonNode config, Parameters at) {
        return assemble(config, at, true);
    }

    @Override
    public final Model build(JsonNode config, Parameters.Source source) {
        String architecture = config.path("architectures").path(0).asText("");
        Parameters parameters = Parameters.from(source);
        if (architecture.endsWith(CLASSIFIER)) {
            String name = architecture.substring(0, architecture.length() - CLASSIFIER.length());
            Task task = Task.of(config, name, EnumSet.of(HeadKind.CLASSIFICATION), HeadKind.CLASSIFICATION);
            return new DecoderClassifier(assemble(config, parameters, false), parameters, task);
        }
        if (!architecture.isEmpty() && !architecture.matches(".*(LMHeadModel|ForCausalLM|Model)")) {
            throw new UnsupportedModelException("architecture \"" + architecture + "\" is not supported; decoders are"
                    + " language models (…LMHeadModel, …ForCausalLM) or classifiers (…" + CLASSIFIER + ")");
        }
        return assemble(config, parameters, true);
    }

    @Override
    public List<String> storedNames(String parameter) {
        return parameter.startsWith(body) ? List.of(parameter, parameter.substring(body.length())) : List.of(parameter);
    }
}
