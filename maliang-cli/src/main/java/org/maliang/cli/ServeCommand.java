package org.maliang.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.maliang.pipeline.Task;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;
import org.maliang.serve.task.Description;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang serve}. */
@Command(
        name = "serve",
        description = "Serve a model: a page to use it on, an OpenAI-compatible API, and ModelScope's /call.")
final class ServeCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1L << 20;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--task",
            paramLabel = "ID",
            defaultValue = "",
            description = "What to serve it for, such as text-classification, sentence-embedding; by default what the"
                    + " model is made for.")
    private String task = "";

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen; 0.0.0.0 lets other machines in.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The port to listen at; 0 for any.")
    private int port;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Who may ask: one API key a line, behind it how many requests a minute, if limited.")
    private @Nullable Path keys;

    @Option(
            names = "--words",
            paramLabel = "FILE",
            description = "Take no prompt with one of these words, one a line, and show no text beyond one.")
    private @Nullable Path words;

    @Option(
            names = "--origin",
            paramLabel = "URL",
            description = "Let pages of this site ask, as https://example.org; may be repeated.")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "64",
            description = "The most texts that are written at once; others wait.")
    private int parallel;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "256",
            description = "The most requests that are taken and not answered; others are told to come back.")
    private int queue;

    @Option(
            names = "--cache",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "The most memory for keys and values of texts.")
    private int cache;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long a request may take.")
    private int deadline;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long requests may go on when the server is told to stop.")
    private int grace;

    @Option(names = "--check", description = "Start, answer one request of its own and stop: whether all would work.")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        Optional<Task> named =
                Optional.of(task).filter(id -> !id.isEmpty()).map(Task::of); // before anything is fetched
        ServerOptions options = ServerOptions.of(model.path())
                .withPlacement(model.placement())
                .withHome(Home.directory())
                .at(host, port)
                .open(Optional.ofNullable(keys), origins)
                .taking(parallel, queue, cache * MEBIBYTE)
                .within(Duration.ofSeconds(deadline), Duration.ofSeconds(grace));
        if (words != null) {
            options = options.withWords(words);
        }
        if (named.isPresent()) {
            options = options.withTask(named.get());
        }
        if (check) {
            try (Server server = Server.start(options)) {
                check(server);
            }
            return 0;
        }
        Server server = Server.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "maliang-close"));
        System.out.println(server.model().name() + " is ready at " + server.address());
        System.out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static void check(Server server) {
        try {
            URL url = URI.create(server.address() + "/call").toURL();
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setDoOutput(true);
            byte[] body =
                    Description.of(server.model()).path("sample").toString().getBytes(StandardCharsets.UTF_8);
            connection.getOutputStream().write(body);
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_UNAUTHORIZED) {
                throw new IllegalStateException(server.model().name() + " answers " + status + " to "
                        + server.model().task());
            }
            System.out.println(server.model().name() + " would be ready");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
