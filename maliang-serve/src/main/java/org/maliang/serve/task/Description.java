package org.maliang.serve.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.maliang.pipeline.Signature;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;

/** What {@code GET /describe} says of a model: what it takes, what it makes, and a body for {@code POST /call}. */
public final class Description {

    private static final int SHORT = 32; // tokens

    private Description() {}

    /** As JSON. */
    public static ObjectNode of(ServedModel model) {
        Signature signature = model.pipeline().signature();
        ObjectNode object = Json.object()
                .put("model", model.name())
                .put("task", model.task().id());
        ArrayNode inputs = object.putArray("inputs");
        signature
                .inputs()
                .forEach(key -> inputs.addObject()
                        .put("name", key.name())
                        .put("kind", key.kind().name().toLowerCase(Locale.ROOT)));
        ArrayNode needed = object.putArray("needed");
        signature.needed().forEach(group -> fill(needed.addArray(), group));
        fill(object.putArray("outputs"), signature.outputs());
        object.put("takes_text", signature.takesText());
        object.put("takes_parameters", model.writes());
        object.put("most_inputs", Inputs.most(model.task()));
        ObjectNode sample = object.putObject("sample");
        ObjectNode input = sample.putObject("input");
        for (Signature.Key key : signature.inputs()) {
            if (signature.example().containsKey(key.name())) {
                input.set(key.name(), Json.of(signature.example().get(key.name())));
            }
        }
        if (model.writes()) {
            sample.putObject("parameters").put("max_tokens", SHORT);
        }
        return object;
    }

    private static void fill(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
