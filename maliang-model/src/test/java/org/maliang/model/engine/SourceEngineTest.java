package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.Scope;

/** An engine whose model writes about sources: who else is written beside a text must not be seen in it. */
class SourceEngineTest {

    private static final GenerationOptions GREEDY =
            GenerationOptions.defaults().withTemperature(0).withMaxTokens(12);
    private static final int[][] SOURCES = {
        {11, 23, 5, 42, 3}, {8, 31, 31, 17, 29, 44, 12, 3}, {7, 3}, {9, 9, 9, 16, 25, 36, 49, 4, 13, 22, 31, 3}
    };

    private static EncoderDecoder model; // reads sources of any length, writes texts of any length

    @BeforeAll
    static void create() {
        model = Scope.unowned(() -> TinyEncoderDecoders.create(
                TinyEncoderDecoders.configs().findFirst().orElseThrow()));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    static Stream<ObjectNode> configs() {
        return TinyEncoderDecoders.configs();
    }

    private static List<Continuation> alone(EncoderDecoder model, Request request) {
        return TokenGenerator.reading(model, request.prompt()).write(TokenGenerator.start(model, 1), request.options());
    }

    private static Request text(int source, int tokens) {
        return Request.of(
                SOURCES[source],
                GREEDY.withMaxTokens(tokens).withMinTokens(tokens).withSeed(source));
    }

    private static Engine engine(EngineSettings settings) {
        return new Engine(model, TinyEncoderDecoders.VOCABULARY, settings);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void writesWhatEveryTextIsAlone(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder any = TinyEncoderDecoders.create(config)) {
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                GenerationOptions options =
                        GREEDY.withMaxTokens(3 + 2 * i).withSeed(i).withTopP(1);
                requests.add(Request.of(
                        SOURCES[i % SOURCES.length],
                        switch (i % 3) {
                            case 0 -> options;
                            case 1 ->
                                options.withTemperature(0.9).withSamples(3).withMinTokens(3);
                            default -> options.withRepetitionPenalty(1.4).withNoRepeatNgram(2);
                        }));
            }
            for (EngineSettings settings : List.of(
                    EngineSettings.of(10_000),
                    EngineSettings.of(100),
                    EngineSettings.of(10_000).withParallel(2))) {
                try (Engine engine = new Engine(any, TinyEncoderDecoders.VOCABULARY, settings)) {
                    List<CompletableFuture<List<Continuation>>> texts =
                            requests.stream().map(engine::submit).toList();
                    for (int i = 0; i < requests.size(); i++) {
                        assertThat(texts.get(i).join()).as("%d", i).isEqualTo(alone(any, requests.get(i)));
                    }
                }
            }
        }
    }

    @Test
    void textsGoOnTogether() throws Exception {
        CountDownLatch submitted = new CountDownLatch(1);
        try (Engine engine = engine(EngineSettings.of(10_000))) {
            var held = engine.call(
                    () -> { // the engine's thread waits until all are there
                        try {
                            submitted.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return 0;
                    });
            List<CompletableFuture<List<Continuation>>> texts = IntStream.range(0, 20)
                    .mapToObj(i -> engine.submit(text(i % 4, 15)))
                    .toList();
            submitted.countDown();
            held.join();
            texts.forEach(CompletableFuture::join);
            var after = engine.call(engine::load).join();
            assertThat(after.steps()).isEqualTo(15);
            assertThat(after.written()).isEqualTo(20 * 15);
        }
    }

    @Test
    void whoComesLaterDoesNotWaitForTheEndOfOthers() {
        try (Engine engine = engine(EngineSettings.of(1_000_000))) {
            var endless = engine.submit(text(0, 100_000));
            for (int i = 0; i < 10; i++) {
                assertThat(engine.submit(text(i % 4, 5)).join()).isEqualTo(alone(model, text(i % 4, 5)));
            }
            assertThat(endless).isNotDone();
            endless.cancel(true);
            engine.submit(text(1, 1)).join();
            assertThat(engine.call(engine::load).join().running()).isZero();
        }
    }

    @Test
    void whatFailsFailsAlone() {
        try (Engine engine = engine(EngineSettings.of(10_000))) {
            assertThatThrownBy(() -> engine.submit(Request.of(new int[] {50}, GREEDY)))
                    .hasMessageContaining("id 50");
            assertThatThrownBy(() -> engine.submit(Request.of(new int[0], GREEDY)))
                    .hasMessageContaining("empty");
            assertThatThrownBy(() -> engine.submit(
                            Request.of(SOURCES[0], GREEDY.withPenaltyAlpha(0.6).withTopK(4))))
                    .hasMessageContaining("contrastive");
            var deaf = engine.submit(text(0, 8).withListener((row, token) -> {
                throw new IllegalStateException("the listener fails");
            }));
            var good = engine.submit(text(1, 8));
            var short1 = engine.submit(text(2, 8).withListener((row, token) -> false));
            assertThatThrownBy(deaf::join).hasMessageContaining("the listener fails");
            assertThat(good.join()).isEqualTo(alone(model, text(1, 8)));
            assertThat(short1.join().get(0).ids()).hasSize(1);
        }
    }

    @Test
    void aFullQueueRefusesAndClosingCancels() {
        Engine engine = engine(EngineSettings.of(1_000_000).withQueue(2));
        var first = engine.submit(text(0, 100_000));
        var second = engine.submit(text(1, 100_000));
        assertThatThrownBy(() -> engine.submit(text(2, 1))).isInstanceOf(RejectedExecutionException.class);
        second.cancel(true);
        assertThat(engine.submit(text(2, 1)).join()).hasSize(1);
        engine.close();
        assertThat(first).isCancelled();
    }
}
