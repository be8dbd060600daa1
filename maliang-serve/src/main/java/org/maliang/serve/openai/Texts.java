package org.maliang.serve.openai;

import io.javalin.http.Context;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.maliang.serve.Errors;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Gate;
import org.maliang.serve.gate.Visit;
import org.maliang.serve.request.SideBySide;

/** Lets requests for texts in and sees to it that each is answered. */
final class Texts {

    private final ServedModel model;
    private final Gate gate;
    private final ServerMetrics metrics;
    private final SideBySide others;

    Texts(ServedModel model, Gate gate, ServerMetrics metrics, SideBySide others) {
        this.model = model;
        this.gate = gate;
        this.metrics = metrics;
        this.others = others;
    }

    ServedModel model() {
        return model;
    }

    /** Reads a request for texts once it has been let in, and answers it. */
    void answer(Context context, Supplier<Ask> reader, Dialect dialect) {
        admitted(context, visit -> {
            Ask ask = reader.get();
            try (ServerMetrics.Request measured = metrics.request()) {
                TextJob job = new TextJob(model, visit, ask, dialect, measured, others);
                if (ask.stream()) {
                    stream(job, new EventStream(context), visit);
                } else {
                    Json.answer(context, ask.votes() > 0 ? job.vote() : job.whole());
                }
            }
        });
    }

    /** Does what another request asks for, if it is let in. */
    void admitted(Context context, Gate.Work work) {
        gate.admitted(context, work);
    }

    private void stream(TextJob job, EventStream events, Visit visit) {
        try {
            job.stream(events);
        } catch (UncheckedIOException e) { // nobody reads any more
            visit.gone().complete(null);
        } catch (RuntimeException e) {
            if (!events.begun()) {
                throw e;
            }
            RuntimeException told = visit.told(e);
            if (!(told instanceof CancellationException)) {
                events.send(Errors.json(Errors.of(told)));
            }
        }
    }
}
