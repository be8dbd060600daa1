package org.maliang.cli;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;
import org.maliang.serve.bench.LoadTest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang bench serve}. */
@Command(
        name = "serve",
        description = "Tokens a second of a server under many clients, and whether each gets the text it gets alone.")
final class ServeBenchCommand implements Callable<Integer> {
    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A server that is running; else one with the model is started beside the clients.")
    private @Nullable URI url;

    @Option(names = "--key", paramLabel = "KEY", description = "An API key of that server.")
    private @Nullable String key;

    @Option(names = "--clients", paramLabel = "N", description = "How many read at once (default: ${DEFAULT-VALUE}).")
    private int clients = 64;

    @Option(names = "--seconds", paramLabel = "N", description = "For how long (default: ${DEFAULT-VALUE}).")
    private int seconds = 60;

    @Option(names = "--length", paramLabel = "N", description = "Tokens of a text (default: ${DEFAULT-VALUE}).")
    private int length = 64;

    @Option(
            names = "--vanishing",
            paramLabel = "N",
            description = "So many clients come and hang up before (default: ${DEFAULT-VALUE}).")
    private int vanishing;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (clients < 1 || seconds < 1 || length < 1 || vanishing < 0) {
            throw new IllegalArgumentException("--clients, --seconds and --length must be at least 1");
        }
        if (url != null) {
            return measure(url);
        }
        ServerOptions options =
                ServerOptions.of(model.path()).withPlacement(model.placement()).at("127.0.0.1", 0);
        try (Server server = Server.start(options)) {
            return measure(URI.create(server.address()));
        }
    }

    /** Fails if a stream was lost or got into another. */
    private int measure(URI server) {
        LoadTest test = new LoadTest(server, Optional.ofNullable(key), clients, length);
        LoadTest.Result result;
        try (StageProgress progress = StageProgress.onTerminal()) {
            if (vanishing > 0) {
                test.vanish(vanishing, progress::at);
            }
            result = test.run(Duration.ofSeconds(seconds), progress::at);
        }
        String together = clients + " clients";
        List<BenchReport.Row> rows = new ArrayList<>();
        rows.add(BenchReport.Row.of("1 client", "tokens_per_second", result.alone()));
        rows.add(BenchReport.Row.of(together, "tokens_per_second", result.together()));
        rows.add(BenchReport.Row.of(together, "times_one_client", result.together() / result.alone()));
        rows.add(percentile(together, "first_token_milliseconds", result.firstMillis(), 50));
        rows.add(percentile(together, "first_token_milliseconds", result.firstMillis(), 99));
        rows.add(percentile(together, "whole_text_milliseconds", result.wholeMillis(), 50));
        rows.add(percentile(together, "whole_text_milliseconds", result.wholeMillis(), 99));
        rows.add(BenchReport.Row.of(together, "streams", result.streams()));
        rows.add(BenchReport.Row.of(together, "lost", result.lost()));
        rows.add(BenchReport.Row.of(together, "different_from_alone", result.different()));
        BenchReport.of(rows).print(System.out, json);
        return result.lost() + result.different() == 0 ? 0 : 1;
    }

    private static BenchReport.Row percentile(String work, String metric, double[] sorted, int percent) {
        double value = sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * percent / 100];
        return BenchReport.Row.of(work, metric + "_p" + percent, value);
    }
}
