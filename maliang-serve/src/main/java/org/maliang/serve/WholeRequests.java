package org.maliang.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Passes requests on when all of their body has come, and holds no thread before. What is too large, or comes too slowly, is
 * refused.
 *
 * <p>Does what Jetty's {@code EagerContentHandler} is for, whose retained loader (12.1.12) keeps the failure of an answer to
 * itself: connections of clients that vanish stay open.
 */
final class WholeRequests extends Handler.Wrapper {

    private static final double PATIENCE = 2; // seconds before it counts how fast a body comes
    private static final int SLOWEST = 64; // bytes a second from then on

    private final int largest;

    /**
     * A handler around another one.
     *
     * @param largest the most bytes of a body
     */
    WholeRequests(Handler next, int largest) {
        super(next);
        this.largest = largest;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getLength() == 0) {
            return super.handle(request, response, callback);
        }
        if (request.getLength() > largest) {
            refuse(ApiException.tooLarge(largest), response, callback);
        } else {
            new Body(request, response, callback).run();
        }
        return true;
    }

    private static void refuse(ApiException why, Response response, Callback callback) {
        response.setStatus(why.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Json.TYPE);
        response.getHeaders().put(HttpHeader.CONNECTION, "close"); // the rest of the body is not waited for
        response.write(true, ByteBuffer.wrap(Json.bytes(Errors.json(why))), callback);
    }

    /** A body that comes piece by piece. */
    private final class Body implements Runnable {

        private final Request request;
        private final Response response;
        private final Callback callback;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final long begun = System.nanoTime();

        Body(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public void run() {
            Content.Chunk chunk = request.read();
            while (chunk != null) {
                if (Content.Chunk.isFailure(chunk)) {
                    fail(chunk.getFailure());
                    return;
                }
                boolean last = chunk.isLast();
                take(chunk);
                if (bytes.size() > largest) {
                    refuse(ApiException.tooLarge(largest), response, callback);
                    return;
                }
                if (last) {
                    passOn();
                    return;
                }
                chunk = request.read();
            }
            if (slow()) {
                refuse(ApiException.tooSlow(), response, callback);
            } else {
                request.demand(this);
            }
        }

        private boolean slow() {
            double seconds = (System.nanoTime() - begun) / 1e9;
            return bytes.size() < (seconds - PATIENCE) * SLOWEST;
        }

        private void take(Content.Chunk chunk) {
            byte[] piece = new byte[chunk.remaining()];
            chunk.getByteBuffer().get(piece);
            chunk.release();
            bytes.writeBytes(piece);
        }

        private void fail(Throwable why) {
            if (why instanceof TimeoutException) {
                refuse(ApiException.tooSlow(), response, callback);
            } else {
                callback.failed(why);
            }
        }

        private void passOn() {
            Content.Source source = new ByteBufferContentSource(ByteBuffer.wrap(bytes.toByteArray()));
            Request whole = new Request.Wrapper(request) {
                @Override
                public Content.Chunk read() {
                    return source.read();
                }

                @Override
                public void demand(Runnable task) {
                    source.demand(task);
                }
            };
            try {
                if (!getHandler().handle(whole, response, callback)) {
                    Response.writeError(whole, response, callback, 404);
                }
            } catch (Exception e) {
                Response.writeError(whole, response, callback, e);
            }
        }
    }
}
