package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TinyModels;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Keys and values in bfloat16. */
class HalfCacheTest {

    private static final int VOCABULARY = 40;
    private static final int CONTEXT = 64;

    private static Decoder decoder(DType cache) {
        return Models.random(TinyModels.config(VOCABULARY, CONTEXT), Placement.CPU.withCache(cache));
    }

    @Test
    void theyTakeHalfTheMemory() {
        try (Decoder whole = decoder(DType.F32);
                Decoder half = decoder(DType.BF16);
                KvCache cache = half.cache(1, CONTEXT)) {
            assertThat(cache.buffers())
                    .allSatisfy(buffer -> assertThat(buffer.dtype()).isEqualTo(DType.BF16));
            long bytes = 5 * CONTEXT * Arena.blockBytes(half) / Arena.BLOCK;
            assertThat(EngineSettings.within(half, 9, bytes).positions()).isEqualTo(5 * CONTEXT);
            assertThat(EngineSettings.within(whole, 9, bytes).positions()).isEqualTo(5 * CONTEXT / 2);
        }
    }

    @Test
    void otherTypesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Placement.CPU.withCache(DType.I8))
                .withMessageContaining("I8: choose F32 or BF16");
    }

    @Test
    void scoresAreNearlyThose() {
        try (Decoder whole = decoder(DType.F32);
                Decoder half = decoder(DType.BF16);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor exact = scores(whole);
            double error = scores(half).sub(exact).norm().item() / exact.norm().item();
            assertThat(error).isBetween(1e-6, 1e-2);
        }
    }

    /** After a beginning that the cache holds. */
    private static Tensor scores(Decoder decoder) {
        try (Scope scope = Scope.open();
                KvCache cache = decoder.cache(1, CONTEXT)) {
            Tensor ids = Tensor.arange(20).add(3).view(1, 20);
            decoder.hidden(Input.of(ids).withCache(cache));
            Tensor next = Tensor.of(new long[] {7, 31}, 1, 2);
            return scope.keep(decoder.logits(decoder.hidden(Input.of(next).withCache(cache))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void theEngineWritesWhatTheGeneratorWrites(int chunk) {
        Random random = new Random(chunk);
        GenerationOptions options =
                GenerationOptions.defaults().withMaxTokens(12).withSamples(2).withSeed(5);
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            prompts.add(random.ints(1 + random.nextInt(30), 1, VOCABULARY).toArray());
        }
        try (Decoder decoder = decoder(DType.BF16);
                Engine engine = new Engine(
                        decoder, EngineSettings.of(400).withChunk(chunk).withParallel(5))) {
            assertThat(engine.write(prompts, options, TokenListener.NONE))
                    .isEqualTo(new TokenGenerator(decoder).write(prompts, options));
        }
    }
}
