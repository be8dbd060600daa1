package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Gate;
import org.maliang.serve.request.SideBySide;

/** The endpoints under {@code /v1}. */
public final class OpenAi {

    private final Texts texts;

    /** Endpoints over a model. */
    public OpenAi(ServedModel model, Gate gate, ServerMetrics metrics, SideBySide others) {
        this.texts = new Texts(model, gate, metrics, others);
    }

    /** Adds the endpoints. */
    public void routes(RoutesConfig routes) {
        routes.post("/v1/completions", new Completions(texts)::answer);
        routes.post("/v1/chat/completions", new ChatCompletions(texts)::answer);
        routes.post("/v1/embeddings", new Embeddings(texts)::answer);
        routes.get("/v1/models", this::models);
        routes.get("/v1/models/{name}", this::model);
    }

    private void models(Context context) {
        texts.admitted(context, visit -> {
            ObjectNode object = Json.object().put("object", "list");
            object.putArray("data").add(model());
            Json.answer(context, object);
        });
    }

    private void model(Context context) {
        texts.admitted(context, visit -> {
            String name = context.pathParam("name");
            if (!name.equals(texts.model().name())) {
                throw ApiException.unknownModel("there is no model " + name + " here, only "
                        + texts.model().name());
            }
            Json.answer(context, model());
        });
    }

    private ObjectNode model() {
        return Json.object()
                .put("id", texts.model().name())
                .put("object", "model")
                .put("created", texts.model().created())
                .put("owned_by", "maliang")
                .put("max_model_len", texts.model().contextLength());
    }
}
