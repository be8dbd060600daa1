package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.maliang.serve.Json;

/** Server-sent events with JSON in them. What is sent may come from several threads; it leaves at once and whole. */
final class EventStream {

    private static final byte[] FIELD = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Context context;
    private boolean begun;

    EventStream(Context context) {
        this.context = context;
    }

    /** Whether something was sent: what goes wrong from then on can only be told in the stream. */
    synchronized boolean begun() {
        return begun;
    }

    /**
     * Sends an event.
     *
     * @throws UncheckedIOException if nobody takes it
     */
    void send(JsonNode event) {
        send(Json.bytes(event));
    }

    /** Sends what tells clients that nothing follows. */
    void done() {
        send("[DONE]".getBytes(StandardCharsets.US_ASCII));
    }

    private synchronized void send(byte[] data) {
        try {
            if (!begun) {
                begun = true;
                context.res().setStatus(200);
                context.res().setContentType("text/event-stream; charset=utf-8");
                context.res().setHeader("Cache-Control", "no-cache");
                context.res().setHeader("X-Accel-Buffering", "no"); // proxies are to pass pieces on at once
            }
            ServletOutputStream out = context.res().getOutputStream();
            byte[] event = new byte[FIELD.length + data.length + END.length];
            System.arraycopy(FIELD, 0, event, 0, FIELD.length);
            System.arraycopy(data, 0, event, FIELD.length, data.length);
            System.arraycopy(END, 0, event, FIELD.length + data.length, END.length);
            out.write(event);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
