package org.maliang.serve.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.pipeline.Chat;
import org.maliang.pipeline.Output;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.WritingPipeline;
import org.maliang.pipeline.Written;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServedWriter;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Gate;
import org.maliang.serve.gate.Visit;
import org.maliang.serve.request.Fields;
import org.maliang.serve.request.SideBySide;
import org.maliang.serve.request.Wishes;

/** {@code GET /describe} and {@code POST /call}: any model, by the pipeline of its task. */
public final class TaskApi {

    private static final String PARAMETERS = "parameters";
    private static final int AT_ONCE = 32; // inputs that are read together; then others have their turn

    private final ServedModel model;
    private final Gate gate;
    private final ServerMetrics metrics;
    private final SideBySide others;
    private final ObjectNode description;

    /** Endpoints over a model. */
    public TaskApi(ServedModel model, Gate gate, ServerMetrics metrics, SideBySide others) {
        this.model = model;
        this.gate = gate;
        this.metrics = metrics;
        this.others = others;
        this.description = Description.of(model);
    }

    /** Adds the endpoints. */
    public void routes(RoutesConfig routes) {
        routes.get("/describe", context -> gate.admitted(context, visit -> Json.answer(context, description)));
        routes.post("/call", context -> gate.admitted(context, visit -> call(context, visit)));
    }

    private void call(Context context, Visit visit) {
        Fields fields = new Fields(Json.body(context));
        Inputs inputs = Inputs.read(fields, model.task());
        List<? extends Output> outputs;
        try (ServerMetrics.Request measured = metrics.request()) {
            if (model.pipeline() instanceof WritingPipeline<?, ?> writing) {
                GenerationOptions options = options(fields, model.writer());
                outputs = write(writing, inputs, options, new VisitWriter(model.writer(), visit, measured, others));
            } else {
                requireNoParameters(fields);
                outputs = read(model.pipeline(), inputs, visit);
            }
        }
        if (inputs.listed()) {
            ArrayNode list = Json.list();
            outputs.forEach(output -> list.add(output.json()));
            Json.answer(context, list);
        } else {
            Json.answer(context, outputs.get(0).json());
        }
    }

    private GenerationOptions options(Fields fields, ServedWriter writer) {
        Fields parameters = fields.section(PARAMETERS);
        int length = parameters
                .whole("max_tokens", 1, Integer.MAX_VALUE)
                .orElse(writer.defaults().maxTokens());
        GenerationOptions options =
                Wishes.read(parameters, writer, length, writer.defaults().seed());
        parameters.requireNoOther();
        fields.requireNoOther();
        if (model.pipeline() instanceof Chat && options.samples() > 1) {
            throw ApiException.badField("parameters.n", "parameters.n: " + model.task() + " answers once: leave n out");
        }
        return options;
    }

    private void requireNoParameters(Fields fields) {
        if (!fields.section(PARAMETERS).isEmpty()) {
            throw ApiException.badField(PARAMETERS, PARAMETERS + ": " + model.task() + " takes none: leave them out");
        }
        fields.requireNoOther();
    }

    private static <I, O extends Written> List<O> write(
            WritingPipeline<I, O> pipeline, Inputs inputs, GenerationOptions options, VisitWriter writer) {
        return pipeline.by(writer).runAll(inputs.of(pipeline), options);
    }

    private <I, O extends Output> List<O> read(Pipeline<I, O> pipeline, Inputs inputs, Visit visit) {
        List<I> all = inputs.of(pipeline);
        List<O> outputs = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<I> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
            outputs.addAll(model.call(() -> pipeline.runAll(some), visit.gone()));
        }
        return outputs;
    }
}
