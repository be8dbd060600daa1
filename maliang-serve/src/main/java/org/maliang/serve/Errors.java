package org.maliang.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.concurrent.CancellationException;
import org.maliang.model.ModelException;
import org.maliang.tokenizer.TokenizerException;

/** Tells clients what went wrong, in OpenAI's form, with HTTP's status. */
public final class Errors {

    private static final int NOBODY_LISTENS = 499; // nginx's number for it

    private Errors() {}

    /** Answers whatever a handler throws, and paths that nobody answers. */
    static void routes(RoutesConfig routes) {
        routes.exception(
                HttpResponseException.class,
                (e, context) -> answer(context, ApiException.of(e.getStatus(), String.valueOf(e.getMessage()))));
        routes.exception(CancellationException.class, (e, context) -> context.status(NOBODY_LISTENS));
        routes.exception(Exception.class, (e, context) -> answer(context, of(e)));
        routes.error(404, context -> {
            if (context.result() == null || !context.res().getContentType().startsWith("application/json")) {
                answer(context, ApiException.notFound("there is nothing at " + context.path()));
            }
        });
    }

    /** What a client is told of it. */
    public static ApiException of(Exception wrong) {
        if (wrong instanceof ApiException told) {
            return told;
        }
        if (wrong instanceof IllegalArgumentException || wrong instanceof TokenizerException) {
            return ApiException.badRequest(String.valueOf(wrong.getMessage()));
        }
        return ApiException.failed(
                wrong instanceof ModelException
                        ? String.valueOf(wrong.getMessage())
                        : "the server failed: " + wrong.getClass().getSimpleName());
    }

    /** An error as an object. */
    public static ObjectNode json(ApiException wrong) {
        ObjectNode object = Json.object();
        object.putObject("error")
                .put("message", wrong.getMessage())
                .put("type", wrong.type())
                .put("param", wrong.field().orElse(null))
                .put("code", wrong.code());
        return object;
    }

    private static void answer(Context context, ApiException wrong) {
        context.status(wrong.status());
        wrong.waiting()
                .ifPresent(wait ->
                        context.header("Retry-After", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000))));
        if (wrong.status() == 401) {
            context.header("WWW-Authenticate", "Bearer");
        }
        Json.answer(context, json(wrong));
    }
}
