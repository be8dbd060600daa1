package org.maliang.serve;

import io.javalin.config.JavalinConfig;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * How the server listens. A request is given a thread when all of it has come; who sends one too slowly is left, so that slow
 * clients, however many, keep nobody else waiting.
 */
final class Connections {

    private static final int LARGEST_REQUEST = 4 << 20; // bytes
    private static final int MOST = 4096;
    private static final int OTHER_THREADS = 32; // for whoever asks how it is going, beside requests for texts
    private static final int IDLE_MILLIS = 60_000;
    private static final int CROWDED_IDLE_MILLIS = 2_000;
    private static final int HEAD_MILLIS = 10_000;
    private static final int LAST_MILLIS = 2_000; // for answers that are finished when the server stops to leave
    private static final int LAST_IDLE_MILLIS = 100;

    private Connections() {}

    static void configure(JavalinConfig config, ServerOptions options) {
        int queue = options.bounds().queue();
        config.http.maxRequestSize = LARGEST_REQUEST;
        // A request holds its thread; those beyond the queue are to be told so at once.
        config.jetty.threadPool = new QueuedThreadPool(2 * queue + OTHER_THREADS, Math.min(8, queue), IDLE_MILLIS);
        config.jetty.modifyServer(server -> {
            server.setHandler(new WholeRequests(new GracefulHandler(), LARGEST_REQUEST));
            server.setErrorHandler(new JettyErrors());
            server.setStopTimeout(LAST_MILLIS);
        });
        config.jetty.addConnector((server, http) -> connector(server, http, options));
    }

    private static Connector connector(Server server, HttpConfiguration http, ServerOptions options) {
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(options.address().host());
        connector.setPort(options.address().port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(LAST_IDLE_MILLIS);
        connector.addBean(new HeadDeadline(HEAD_MILLIS, connector::getScheduler));
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MOST, connector);
        limit.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
        connector.addBean(limit);
        return connector;
    }
}
