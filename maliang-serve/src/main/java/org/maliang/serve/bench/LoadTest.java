package org.maliang.serve.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.maliang.serve.Json;

/**
 * Clients that all read streams at once. What each request is answered when it is sent alone is known before: the same
 * must come when others are written beside it.
 *
 * @param server where it listens
 * @param key an API key, if it wants one
 * @param clients how many there are
 * @param length the most tokens of a text
 */
public record LoadTest(URI server, Optional<String> key, int clients, int length) {

    private static final int REQUESTS = 128;
    private static final int ROUNDS_ALONE = 2;
    private static final String BEGINNINGS = "春夏秋冬风花雪月江山云雨松竹梅兰";

    /** Hears how far a test is. */
    @FunctionalInterface
    public interface Progress {
        void at(String stage, long done, long total);
    }

    /**
     * What happened.
     *
     * @param alone tokens a second of one client
     * @param together tokens a second of all clients together
     * @param firstMillis until the first characters came, of every whole stream that was read beside others
     * @param wholeMillis until the last ones came
     * @param streams how many were read to their end
     * @param lost streams that broke off or were refused
     * @param different streams with another text than the same request has when it is sent alone
     */
    public record Result(
            double alone,
            double together,
            double[] firstMillis,
            double[] wholeMillis,
            int streams,
            int lost,
            int different) {}

    /** One client's share. */
    private static final class Tally {
        private final List<Double> first = new ArrayList<>();
        private final List<Double> whole = new ArrayList<>();
        private long tokens;
        private int lost;
        private int different;
    }

    /**
     * Asks alone for every text, and then all clients for {@code time}.
     *
     * @throws UncheckedIOException if the server cannot be reached at all
     */
    public Result run(Duration time, Progress progress) {
        StreamClient client = new StreamClient(server, key);
        List<ObjectNode> requests =
                IntStream.range(0, REQUESTS).mapToObj(this::request).toList();
        requests.subList(0, REQUESTS / 8).forEach(client::read); // a cold server compiles first
        List<StreamClient.Reply> known = new ArrayList<>();
        long tokens = 0;
        long nanos = 0;
        for (int round = 0; round < ROUNDS_ALONE; round++) {
            known.clear();
            for (ObjectNode request : requests) {
                progress.at("one client", (long) round * REQUESTS + known.size(), (long) ROUNDS_ALONE * REQUESTS);
                StreamClient.Reply reply = client.read(request);
                if (!reply.whole()) {
                    throw new IllegalStateException("the server answers " + reply.status() + " to a client alone");
                }
                known.add(reply);
                tokens += reply.tokens();
                nanos += reply.nanos();
            }
        }
        double alone = tokens / (nanos / 1e9);
        return together(client, requests, known, time, alone, progress);
    }

    private Result together(
            StreamClient client,
            List<ObjectNode> requests,
            List<StreamClient.Reply> known,
            Duration time,
            double alone,
            Progress progress) {
        AtomicInteger next = new AtomicInteger();
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        List<Tally> tallies =
                IntStream.range(0, clients).mapToObj(i -> new Tally()).toList();
        List<Thread> threads = tallies.stream()
                .map(tally -> new Thread(() -> {
                    while (System.nanoTime() < end) {
                        int index = next.getAndIncrement() % REQUESTS;
                        read(client, requests.get(index), known.get(index).text(), tally);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                progress.at(clients + " clients", (System.nanoTime() - begun) / 1_000_000_000, time.toSeconds());
                join(thread);
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Result(
                alone,
                tallies.stream().mapToLong(tally -> tally.tokens).sum() / seconds,
                numbers(tallies.stream().flatMap(tally -> tally.first.stream()).toList()),
                numbers(tallies.stream().flatMap(tally -> tally.whole.stream()).toList()),
                tallies.stream().mapToInt(tally -> tally.whole.size()).sum(),
                tallies.stream().mapToInt(tally -> tally.lost).sum(),
                tallies.stream().mapToInt(tally -> tally.different).sum());
    }

    private static void read(StreamClient client, ObjectNode request, String text, Tally tally) {
        try {
            StreamClient.Reply reply = client.read(request);
            if (!reply.whole()) {
                tally.lost++;
                return;
            }
            tally.first.add(reply.firstNanos() / 1e6);
            tally.whole.add(reply.nanos() / 1e6);
            tally.tokens += reply.tokens();
            if (!reply.text().equals(text)) {
                tally.different++;
            }
        } catch (UncheckedIOException e) {
            tally.lost++;
        }
    }

    /** Lets {@code count} clients come and hang up, each after a few pieces at most. */
    public void vanish(int count, Progress progress) {
        StreamClient client = new StreamClient(server, key);
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = Collections.nCopies(Math.min(count, clients), 0).stream()
                .map(any -> new Thread(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        progress.at("clients that hang up", i, count);
                        client.leave(request(i), i % 4);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                join(thread);
            }
        }
    }

    private ObjectNode request(int index) {
        char first = BEGINNINGS.charAt(index % BEGINNINGS.length());
        char second = BEGINNINGS.charAt(index / BEGINNINGS.length() % BEGINNINGS.length());
        return Json.object()
                .put("prompt", "" + first + second)
                .put("max_tokens", length)
                .put("min_tokens", length)
                .put("temperature", 1.0)
                .put("seed", index);
    }

    private static void join(Thread thread) {
        try {
            thread.join(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while clients were read");
        }
    }

    private static double[] numbers(List<Double> values) {
        return values.stream().mapToDouble(value -> value).sorted().toArray();
    }
}
