package org.maliang.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.convert.Conversion;
import org.maliang.tensor.Tensor;
import org.maliang.train.data.DataException;
import org.maliang.train.eval.Score;

class TrainerTest {
    @TempDir
    Path dir;

    @Test
    void learnsSavesAndWritesAModelThatLoads() {
        var run = new TinyRun(dir);
        assertThat(run.go(false)).isEqualTo(Trainer.Outcome.FINISHED);
        Map<Integer, Double> losses = run.metric("loss");
        assertThat(losses).hasSize(24);
        assertThat(losses.get(24)).isLessThan(0.8 * losses.get(1));
        assertThat(run.metric("valid_bits_per_char")).containsOnlyKeys(8, 16, 24);
        assertThat(run.out().resolve("checkpoints")).isDirectoryNotContaining("glob:**/step-0000005");
        assertThat(run.out().resolve("checkpoints/step-0000024")).isDirectory();
        assertThat(run.out().resolve("best")).isDirectory();
        try (var model = LanguageModel.load(run.out().resolve("model"))) {
            assertThat(model.decoder().config().contextLength()).isEqualTo(16);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "adam", "sgd", "adafactor", "lamb", "muon"})
    void everyOptimiserLearnsAndResumesExactly(String optimizer) {
        var whole = new TinyRun(dir.resolve("whole")).set("optimizer.name=" + optimizer);
        whole.go(false);
        assertThat(whole.metric("loss").get(24)).isLessThan(whole.metric("loss").get(1));
        var parts = new TinyRun(dir.resolve("parts")).set("optimizer.name=" + optimizer);
        stopAfter(parts, 7);
        parts.go(true);
        assertThat(parts.metric("loss")).isEqualTo(whole.metric("loss"));
    }

    /** Dropout, accumulation, bf16 and recomputation all depend on the step alone. */
    @Test
    void resumesExactlyWithEverySwitchOn() {
        String[] switches = {
            "train.precision=bf16",
            "train.accumulate=2",
            "train.checkpoint-activations=true",
            "model={model_type: gpt2, n_embd: 32, n_layer: 2, n_head: 2, resid_pdrop: 0.2, embd_pdrop: 0.1}"
        };
        var whole = new TinyRun(dir.resolve("whole"));
        var parts = new TinyRun(dir.resolve("parts"));
        for (String set : switches) {
            whole.set(set);
            parts.set(set);
        }
        whole.go(false);
        stopAfter(parts, 12);
        stopAfter(parts, 5);
        parts.go(true);
        assertThat(parts.metric("loss")).isEqualTo(whole.metric("loss"));
        assertThat(parts.metric("valid_loss")).isEqualTo(whole.metric("valid_loss"));
    }

    @Test
    void recomputingActivationsChangesNothingButMemory() {
        String plain = "model={model_type: gpt2, n_embd: 32, n_layer: 2, n_head: 2, resid_pdrop: 0, embd_pdrop: 0,"
                + " attn_pdrop: 0}";
        var stored = new TinyRun(dir.resolve("stored")).set(plain);
        var recomputed = new TinyRun(dir.resolve("recomputed")).set(plain).set("train.checkpoint-activations=true");
        stored.go(false);
        recomputed.go(false);
        stored.metric("loss")
                .forEach((step, loss) ->
                        assertThat(recomputed.metric("loss").get(step)).isCloseTo(loss, within(1e-5)));
    }

    @Test
    void goesOnFromAGgufFileAsFromTheDirectory() {
        var first = new TinyRun(dir.resolve("first"));
        first.go(false);
        Path model = first.out().resolve("model");
        Path file = dir.resolve("model.gguf");
        try (ModelFiles files = ModelFiles.open(model)) {
            new Conversion(files, Optional.empty()).toGguf(file, "f32");
        }
        List<Map<Integer, Double>> losses = new ArrayList<>();
        for (Path begin : List.of(model, file)) {
            var run = new TinyRun(dir.resolve("on-" + begin.getFileName()))
                    .set("tokenizer=" + first.out().resolve("tokenizer"))
                    .set("model={init: " + begin + "}")
                    .set("train.steps=3");
            run.go(false);
            losses.add(run.metric("loss"));
            LanguageModel.load(run.out().resolve("model")).close();
        }
        assertThat(losses.get(0).get(1)).isLessThan(0.8 * first.metric("loss").get(1));
        for (int step = 1; step <= 3; step++) {
            assertThat(losses.get(1).get(step)).isCloseTo(losses.get(0).get(step), within(1e-4));
        }
    }

    @Test
    void accumulatingIsALargerBatch() {
        String plain = "model={model_type: gpt2, n_embd: 32, n_layer: 2, n_head: 2, resid_pdrop: 0, embd_pdrop: 0,"
                + " attn_pdrop: 0}";
        var large = new TinyRun(dir.resolve("large")).set(plain).set("train.batch=8");
        var parts = new TinyRun(dir.resolve("parts"))
                .set(plain)
                .set("train.batch=4")
                .set("train.accumulate=2");
        large.go(false);
        parts.go(false);
        large.metric("loss")
                .forEach((step, loss) ->
                        assertThat(parts.metric("loss").get(step)).isCloseTo(loss, within(1e-4)));
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastCheckpoint() {
        var run = new TinyRun(dir)
                .set("optimizer.name=sgd")
                .set("optimizer.learning-rate=1e30")
                .set("train.clip=0");
        assertThatThrownBy(() -> run.set("train.save-every=1").go(false))
                .isInstanceOf(TrainingException.class)
                .hasMessageMatching("step \\d+: the loss is .*; lower optimizer.learning-rate.*");
        try (var model = LanguageModel.load(run.out().resolve("checkpoints/step-0000001"))) {
            assertThat(model.decoder().parameterCount()).isPositive();
        }
    }

    @Test
    void aSecondRunInTheSameDirectoryNeedsResume() {
        var run = new TinyRun(dir).set("train.steps=5");
        run.go(false);
        assertThatThrownBy(() -> run.go(false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("already holds a run, at step 5; --resume");
    }

    @Test
    void aDamagedCheckpointIsPassedOverForTheOneBefore() throws IOException {
        var run = new TinyRun(dir).set("train.steps=10");
        run.go(false);
        Path newest = run.out().resolve("checkpoints/step-0000010/model.safetensors");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 16;
        Files.write(newest, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        List<Integer> steps = new ArrayList<>();
        run.go(true, new Listener() {
            @Override
            public void stepped(Step step) {
                steps.add(step.step());
            }
        });
        assertThat(steps).containsExactly(6, 7, 8, 9, 10);
    }

    @Test
    void twoHundredStepsLeaveNoTensorBehind() {
        List<Long> live = new ArrayList<>();
        new TinyRun(dir)
                .set("train.steps=220")
                .set("train.save-every=50")
                .set("train.eval-every=50")
                .go(false, new Listener() {
                    @Override
                    public void stepped(Step step) {
                        live.add(Tensor.liveCount());
                    }

                    @Override
                    public void evaluated(int step, Score score, boolean best) {}
                });
        assertThat(live.subList(20, 220)).containsOnly(live.get(20));
    }

    /** A tokenizer trained anew would give other ids than the model has learned. */
    @Test
    void resumingWithAnotherCorpusKeepsTheTokenizer() throws IOException {
        var run = new TinyRun(dir);
        stopAfter(run, 7);
        Path tokenizer = run.out().resolve("tokenizer/tokenizer.json");
        String before = Files.readString(tokenizer);
        Files.writeString(dir.resolve("train.txt"), "一二三四五，六七八九十。\n\n".repeat(300), StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run.go(true)).isInstanceOf(DataException.class).hasMessageContaining("tokenizer=");
        assertThat(tokenizer).hasContent(before);
        run.set("tokenizer=" + tokenizer.getParent());
        assertThat(run.go(true)).isEqualTo(Trainer.Outcome.FINISHED);
    }

    /** Asks the run to stop after some steps. */
    private static void stopAfter(TinyRun run, int steps) {
        var recipe = run.recipe();
        var prepared = Preparation.of(recipe).run((stage, done, total) -> {});
        var trainer = new Trainer[1];
        trainer[0] = new Trainer(recipe, new Listener() {
            private int left = steps;

            @Override
            public void stepped(Step step) {
                if (--left == 0) {
                    trainer[0].stop();
                }
            }
        });
        assertThat(trainer[0].run(prepared, true)).isEqualTo(Trainer.Outcome.STOPPED);
    }
}
