package org.maliang.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.Sample;

/** What the server counts and measures, for Prometheus, under the names that vLLM uses. */
public final class ServerMetrics implements AutoCloseable {

    private static final String PREFIX = "maliang:";
    private static final Duration[] LATENCIES = seconds(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120);
    private static final Duration[] GAPS = seconds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final String model;
    private final Counter promptTokens;
    private final Counter generatedTokens;
    private final Timer firstToken;
    private final Timer wholeRequest;
    private final Timer perToken;

    /** Counts for {@code served}. */
    public ServerMetrics(ServedModel served) {
        this.model = served.name();
        registry.config().namingConvention((name, type, unit) -> name);
        promptTokens = counter("prompt_tokens_total", "Prompt tokens read");
        generatedTokens = counter("generation_tokens_total", "Tokens written");
        firstToken = timer("time_to_first_token_seconds", "From a request to its first characters", LATENCIES);
        wholeRequest = timer("e2e_request_latency_seconds", "From a request to its end", LATENCIES);
        perToken =
                timer("time_per_output_token_seconds", "Between characters of a text, in the mean of a request", GAPS);
        gauge("num_requests_running", "Texts that are being written", served, Load::running);
        gauge("num_requests_waiting", "Requests of which no text has begun", served, Load::waiting);
        gauge(
                "kv_cache_usage_perc",
                "Share of keys and values in use, from 0 to 1",
                served,
                load -> load.blocks() == 0 ? 0 : (double) load.usedBlocks() / load.blocks());
        count("num_steps_total", "Passes through the model", served, Load::steps);
        count("prefix_cache_hits_total", "Prompt tokens that were known already", served, Load::copied);
        count("prefix_cache_queries_total", "Prompt tokens in all", served, load -> load.read() + load.copied());
    }

    private static Duration[] seconds(double... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofNanos((long) (values[i] * 1e9));
        }
        return durations;
    }

    private Counter counter(String name, String about) {
        return Counter.builder(PREFIX + name)
                .description(about)
                .tag("model_name", model)
                .register(registry);
    }

    private Timer timer(String name, String about, Duration[] bounds) {
        return Timer.builder(PREFIX + name)
                .description(about)
                .tag("model_name", model)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private void gauge(String name, String about, ServedModel served, ToDoubleFunction<Load> value) {
        Gauge.builder(PREFIX + name, served, of -> value.applyAsDouble(of.load()))
                .description(about)
                .tag("model_name", model)
                .register(registry);
    }

    private void count(String name, String about, ServedModel served, ToLongFunction<Load> value) {
        FunctionCounter.builder(PREFIX + name, served, of -> value.applyAsLong(of.load()))
                .description(about)
                .tag("model_name", model)
                .register(registry);
    }

    /** A request for texts begins. */
    public Request request() {
        return new Request();
    }

    /** All in Prometheus's text format. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    /** What is measured of one request, whatever thread it is told by. */
    public final class Request implements AutoCloseable {

        private final long begun = System.nanoTime();
        private long first; // when the first characters came; 0 before
        private long last;
        private int tokens;

        /** So many tokens of prompts. */
        public void read(int count) {
            promptTokens.increment(count);
        }

        /** Characters of a text have come. */
        public synchronized void piece() {
            last = System.nanoTime();
            if (first == 0) {
                first = last;
                firstToken.record(Duration.ofNanos(first - begun));
            }
        }

        /** A text is finished. */
        public synchronized void wrote(Sample sample) {
            tokens += sample.tokens();
            generatedTokens.increment(sample.tokens());
            Counter.builder(PREFIX + "request_success_total")
                    .description("Texts that were finished")
                    .tag("model_name", model)
                    .tag("finished_reason", sample.finishReason().label())
                    .register(registry)
                    .increment();
        }

        @Override
        public synchronized void close() {
            wholeRequest.record(Duration.ofNanos(System.nanoTime() - begun));
            if (tokens > 1) {
                perToken.record(Duration.ofNanos((last - first) / (tokens - 1)));
            }
        }
    }
}
