package org.maliang.serve.openai;

import io.javalin.http.Context;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.maliang.serve.ApiException;
import org.maliang.serve.Errors;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Gate;
import org.maliang.serve.gate.Visit;

/** Lets requests for texts in and sees to it that each is answered. */
final class Texts {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final ServedModel model;
    private final Gate gate;
    private final ServerMetrics metrics;
    private final ExecutorService others;

    Texts(ServedModel model, Gate gate, ServerMetrics metrics, int queue) {
        this.model = model;
        this.gate = gate;
        this.metrics = metrics;
        this.others = new ThreadPoolExecutor(0, queue, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "maliang-prompt");
            thread.setDaemon(true);
            return thread;
        });
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

    /** Something to do for a request that was let in. */
    @FunctionalInterface
    interface Work {
        void of(Visit visit);
    }

    /** Does what a request asks for, if it is let in, and says in words for clients what goes wrong. */
    void admitted(Context context, Work work) {
        try (Visit visit = gate.enter(context)) {
            try {
                work.of(visit);
            } catch (CancellationException | RejectedExecutionException | IllegalArgumentException e) {
                throw told(e, visit);
            }
        }
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
            RuntimeException told = told(e, visit);
            if (!(told instanceof CancellationException)) {
                events.send(Errors.json(Errors.of(told)));
            }
        }
    }

    private RuntimeException told(RuntimeException wrong, Visit visit) {
        if (wrong instanceof CancellationException cancelled) {
            return visit.reason(cancelled);
        }
        if (wrong instanceof RejectedExecutionException) {
            return gate.open()
                    ? ApiException.tooMany("the server has all the requests it takes: try again in a second", SOON)
                    : ApiException.closing();
        }
        return wrong instanceof IllegalArgumentException
                ? ApiException.badRequest(String.valueOf(wrong.getMessage()))
                : wrong;
    }
}
