package org.maliang.serve.openai;

import org.maliang.serve.ApiException;
import org.maliang.serve.ServedModel;
import org.maliang.serve.request.Fields;

/**
 * What all requests for texts have.
 *
 * @param stream whether the answer comes piece by piece
 * @param usage whether a stream ends with how many tokens there were
 */
record Common(boolean stream, boolean usage) {

    /** Reads it; a request for another model than the one there is is refused. */
    static Common read(Fields fields, ServedModel model) {
        requireModel(fields, model);
        boolean stream = fields.flag("stream", false);
        Fields options = fields.section("stream_options");
        boolean usage = options.flag("include_usage", false);
        options.ignore("include_obfuscation");
        options.requireNoOther();
        if (usage && !stream) {
            throw ApiException.badField("stream_options", "stream_options are for streams: set stream to true");
        }
        return new Common(stream, usage);
    }

    static void requireModel(Fields fields, ServedModel model) {
        fields.text("model").filter(name -> !name.equals(model.name())).ifPresent(name -> {
            throw ApiException.unknownModel(
                    "there is no model " + name + " here: ask for " + model.name() + ", or leave model out");
        });
    }
}
