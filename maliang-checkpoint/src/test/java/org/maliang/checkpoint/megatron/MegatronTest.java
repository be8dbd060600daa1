package org.maliang.checkpoint.megatron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.checkpoint.torch.TorchWriter;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class MegatronTest {
    private static final int HEADS = 8;
    private static final int HIDDEN = 32;

    @TempDir
    private Path folder;

    // ---------------------------------------------------------------- CPM's shards

    @ParameterizedTest
    @ValueSource(strings = {"fp32_zip", "fp32_legacy", "fp16_zip"})
    void shardsOfCpmMergeIntoTheReference(String set) {
        Path cpm = Fixtures.folder("cpm_megatron");
        try (var scope = Scope.open();
                var merged = MegatronCheckpoint.open(cpm.resolve(set)).weights();
                var reference = SafeTensors.open(cpm.resolve("merged_hf_gpt2/model.safetensors"))) {
            int compared = 0;
            for (String name : merged.names()) {
                Tensor tensor = merged.tensor(name);
                assertThat(merged.info(name).sizes()).as(name).isEqualTo(tensor.shape());
                Tensor expected = reference.tensor(huggingFace(name));
                if (name.contains("layers.") && tensor.rank() == 2) {
                    expected = expected.transpose(0, 1); // Conv1D keeps [in, out]
                }
                assertThat(tensor.shape()).as(name).isEqualTo(expected.shape());
                assertThat(tensor.eq(expected.to(tensor.dtype())).all())
                        .as(name)
                        .isTrue();
                compared++;
            }
            assertThat(compared).isEqualTo(28);
        }
    }

    /** Queries, keys and values are three blocks in each rank; laid end to end they are another model. */
    @Test
    void plainConcatenationIsWrong() {
        Path shards = Fixtures.folder("cpm_megatron").resolve("fp32_zip");
        var checkpoint = MegatronCheckpoint.open(shards);
        assertThat(checkpoint.layout().order()).isEqualTo(QkvOrder.BLOCKS);
        String name = "transformer.layers.0.attention.query_key_value.weight";
        try (var scope = Scope.open();
                var right = checkpoint.weights();
                var naive = checkpoint.weights(TensorLayout.MEGATRON, 0)) {
            assertThat(naive.tensor(name).shape()).isEqualTo(right.tensor(name).shape());
            assertThat(naive.tensor(name).eq(right.tensor(name)).all()).isFalse();
            Tensor ordered = QkvOrder.BLOCKS.to(QkvOrder.HEADS, right.tensor(name), 4);
            assertThat(ordered.eq(right.tensor(name)).all()).isFalse();
            assertThat(QkvOrder.HEADS
                            .to(QkvOrder.BLOCKS, ordered, 4)
                            .eq(right.tensor(name))
                            .all())
                    .isTrue();
        }
    }

    @Test
    void aMissingShardIsNoticed() throws IOException {
        Path shards = Fixtures.folder("cpm_megatron").resolve("fp32_zip");
        Files.copy(shards.resolve("mp_rank_00_model_states.pt"), folder.resolve("mp_rank_00_model_states.pt"));
        assertThatThrownBy(() -> MegatronCheckpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has 1 parts, but its mp_world_size is 2");
        Files.move(folder.resolve("mp_rank_00_model_states.pt"), folder.resolve("mp_rank_01_model_states.pt"));
        assertThatThrownBy(() -> MegatronCheckpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("file of mp_rank 0 is missing");
    }

    // ---------------------------------------------------------------- cutting and merging

    @ParameterizedTest
    @CsvSource({"CPM, 1, 2", "CPM, 2, 4", "CPM, 4, 8", "CPM, 8, 1", "MEGATRON, 2, 8", "PLUG, 8, 2"})
    void checkpointsAreCutAnew(String name, int before, int after) {
        var layout = layout(name);
        try (var scope = Scope.open()) {
            var model = name.equals("PLUG") ? plug() : gpt("");
            new MegatronWriter(before, layout).write(folder.resolve("a"), weights(model));
            try (var first = MegatronCheckpoint.open(folder.resolve("a")).weights()) {
                new MegatronWriter(after, layout).write(folder.resolve("b"), first);
            }
            var again = MegatronCheckpoint.open(folder.resolve("b"));
            assertThat(again.tensorParallel()).isEqualTo(after);
            assertThat(again.layout().order()).isEqualTo(layout.order());
            try (var second = again.weights()) {
                assertSame(second, model);
            }
        }
    }

    /** What a rank holds is what a rank of the training program computes with. */
    @Test
    void everyRankHoldsItsHeads() {
        try (var scope = Scope.open()) {
            var model = gpt("");
            new MegatronWriter(2, TensorLayout.CPM).write(folder, weights(model));
            try (var rank =
                    TorchFile.read(folder.resolve("mp_rank_01_model_states.pt")).weights("module")) {
                Tensor qkv = model.get("transformer.layers.1.attention.query_key_value.weight")
                        .reshape(3, HEADS, 4, HIDDEN);
                Tensor expected = qkv.narrow(1, HEADS / 2, HEADS / 2).reshape(3 * HIDDEN / 2, HIDDEN);
                assertThat(rank.tensor("transformer.layers.1.attention.query_key_value.weight")
                                .eq(expected)
                                .all())
                        .isTrue();
                assertThat(rank.info("transformer.layers.0.attention.dense.weight")
                                .shape())
                        .containsExactly(32L, 16L);
                assertThat(rank.info("transformer.layers.0.attention.dense.bias")
                                .shape())
                        .containsExactly(32L);
                assertThat(rank.info("transformer.layers.0.mlp.dense_h_to_4h.weight")
                                .shape())
                        .containsExactly(64L, 32L);
                assertThat(rank.info("transformer.layers.0.mlp.dense_4h_to_h.weight")
                                .shape())
                        .containsExactly(32L, 64L);
                assertThat(rank.info("position_embeddings.weight").shape()).containsExactly(16L, 32L);
            }
        }
    }

    @Test
    void vocabulariesArePaddedAndCut() {
        try (var scope = Scope.open()) {
            var model = gpt("");
            new MegatronWriter(4, TensorLayout.CPM, Optional.of(DType.BF16), 16).write(folder, weights(model));
            var checkpoint = MegatronCheckpoint.open(folder);
            try (var padded = checkpoint.weights();
                    var cut = checkpoint.weights(TensorLayout.CPM, 50)) {
                assertThat(padded.info("word_embeddings.weight").shape()).containsExactly(64L, 32L);
                assertThat(padded.tensor("word_embeddings.weight")
                                .narrow(0, 50, 14)
                                .eq(0)
                                .all())
                        .isTrue();
                assertThat(cut.info("word_embeddings.weight").shape()).containsExactly(50L, 32L);
                Tensor expected = model.get("word_embeddings.weight").to(DType.BF16);
                assertThat(cut.tensor("word_embeddings.weight").eq(expected).all())
                        .isTrue();
            }
            assertThatThrownBy(() -> checkpoint.weights(TensorLayout.CPM, 65))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the vocabulary has 65 tokens");
        }
    }

    @Test
    void whatCannotBeCutIsRefused() {
        try (var scope = Scope.open()) {
            var weights = weights(gpt(""));
            assertThatThrownBy(() -> new MegatronWriter(5, TensorLayout.CPM).write(folder, weights))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot be cut for 5 ranks");
            new MegatronWriter(1, TensorLayout.CPM).write(folder, weights);
            assertThatThrownBy(() -> new MegatronWriter(2, TensorLayout.CPM).write(folder, weights))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("holds a checkpoint already");
        }
    }

    /** Biases of row-parallel layers are copies: their sum would be wrong, and so is a rank that has another. */
    @Test
    void copiesMustBeEqual() {
        try (var scope = Scope.open()) {
            String name = "transformer.layers.0.attention.dense.bias";
            Tensor bias = Tensor.arange(4).to(DType.F32);
            write("mp_rank_00_model_states.pt", Map.of("module", lazy(Map.of(name, bias))));
            write("mp_rank_01_model_states.pt", Map.of("module", lazy(Map.of(name, bias.copy()))));
            try (var merged = MegatronCheckpoint.open(folder).weights()) {
                assertThat(merged.tensor(name).toFloats()).containsExactly(0, 1, 2, 3);
            }
            write("mp_rank_01_model_states.pt", Map.of("module", lazy(Map.of(name, bias.add(1)))));
            try (var merged = MegatronCheckpoint.open(folder).weights()) {
                assertThatThrownBy(() -> merged.tensor(name))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("differs from that of rank 0");
            }
        }
    }

    // ---------------------------------------------------------------- directories

    @Test
    void layersOfPipelineStagesAreNumberedThrough() throws IOException {
        try (var scope = Scope.open()) {
            var model = gpt("");
            Files.writeString(folder.resolve("latest_checkpointed_iteration.txt"), "120\n");
            for (int stage = 0; stage < 2; stage++) {
                for (int rank = 0; rank < 2; rank++) {
                    var module = new LinkedHashMap<String, LazyTensor>();
                    for (var entry : model.entrySet()) {
                        boolean layer = entry.getKey().startsWith("transformer.layers." + stage + ".");
                        boolean here = stage == 0
                                ? entry.getKey().contains("embeddings")
                                : entry.getKey().contains("final");
                        if (layer || here) {
                            var partition = TensorLayout.MEGATRON.partition(entry.getKey());
                            module.put(
                                    entry.getKey().replace("layers." + stage, "layers.0"),
                                    lazy(partition.split(entry.getValue(), 2, rank)));
                        }
                    }
                    String file = "iter_0000120/mp_rank_%02d_%03d/model_optim_rng.pt".formatted(rank, stage);
                    write(file, Map.of("checkpoint_version", 3.0, "model", Map.of("language_model", module)));
                }
            }
            var checkpoint = MegatronCheckpoint.open(folder);
            assertThat(checkpoint.directory()).isEqualTo(folder.resolve("iter_0000120"));
            assertThat(checkpoint.pipelineParallel()).isEqualTo(2);
            assertThat(checkpoint.layout().order()).isEqualTo(QkvOrder.HEADS);
            try (var weights = checkpoint.weights()) {
                assertSame(weights, gpt("language_model."));
            }
        }
    }

    @Test
    void checkpointsAreFoundWhereTheirProgramsPutThem() throws IOException {
        try (var scope = Scope.open()) {
            var model = lazy(Map.of("w", Tensor.arange(3)));
            assertThat(MegatronCheckpoint.isIn(folder)).isFalse();
            write("model/mp_rank_00_model_states.pt", model);
            assertThat(MegatronCheckpoint.open(folder).directory()).isEqualTo(folder.resolve("model"));
            write("global_step7/mp_rank_00_model_states.pt", model);
            Files.writeString(folder.resolve("latest"), "global_step7");
            assertThat(MegatronCheckpoint.open(folder).directory()).isEqualTo(folder.resolve("global_step7"));
            assertThat(MegatronCheckpoint.open(folder).weights().names()).containsExactly("w");
            Files.writeString(folder.resolve("latest"), "../global_step7");
            assertThatThrownBy(() -> MegatronCheckpoint.isIn(folder))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("does not name a checkpoint");
        }
    }

    @Test
    void ordersOfQueriesKeysAndValuesFollowTheVersion() {
        try (var scope = Scope.open()) {
            Tensor blocks = Tensor.arange(12).to(DType.F32); // 3 blocks of 2 heads of 2
            assertThat(QkvOrder.BLOCKS.to(QkvOrder.HEADS, blocks, 2).toFloats())
                    .containsExactly(0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11);
            assertThat(QkvOrder.BLOCKS.to(QkvOrder.INTERLEAVED, blocks, 2).toFloats())
                    .containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
            for (var from : QkvOrder.values()) {
                for (var to : QkvOrder.values()) {
                    assertThat(to.to(from, from.to(to, blocks, 2), 2).toFloats())
                            .isEqualTo(blocks.toFloats());
                }
            }
            assertThat(Stream.of(0.0, 1.0, 2.0, 3.0).map(QkvOrder::ofVersion))
                    .containsExactly(QkvOrder.BLOCKS, QkvOrder.INTERLEAVED, QkvOrder.HEADS, QkvOrder.HEADS);
        }
    }

    // ---------------------------------------------------------------- models

    private static TensorLayout layout(String name) {
        return switch (name) {
            case "CPM" -> TensorLayout.CPM;
            case "PLUG" -> TensorLayout.PLUG;
            default -> TensorLayout.MEGATRON;
        };
    }

    private static Map<String, Tensor> gpt(String prefix) {
        var numbers = new Numbers();
        var model = new LinkedHashMap<String, Tensor>();
        model.put(prefix + "word_embeddings.weight", numbers.tensor(50, HIDDEN));
        model.put(prefix + "position_embeddings.weight", numbers.tensor(16, HIDDEN));
        for (int layer = 0; layer < 2; layer++) {
            String at = prefix + "transformer.layers." + layer + ".";
            model.put(at + "input_layernorm.weight", numbers.tensor(HIDDEN));
            model.put(at + "attention.query_key_value.weight", numbers.tensor(3 * HIDDEN, HIDDEN));
            model.put(at + "attention.query_key_value.bias", numbers.tensor(3 * HIDDEN));
            model.put(at + "attention.dense.weight", numbers.tensor(HIDDEN, HIDDEN));
            model.put(at + "attention.dense.bias", numbers.tensor(HIDDEN));
            model.put(at + "mlp.dense_h_to_4h.weight", numbers.tensor(4 * HIDDEN, HIDDEN));
            model.put(at + "mlp.dense_h_to_4h.bias", numbers.tensor(4 * HIDDEN));
            model.put(at + "mlp.dense_4h_to_h.weight", numbers.tensor(HIDDEN, 4 * HIDDEN));
            model.put(at + "mlp.dense_4h_to_h.bias", numbers.tensor(HIDDEN));
        }
        model.put(prefix + "transformer.final_layernorm.weight", numbers.tensor(HIDDEN));
        return model;
    }

    private static Map<String, Tensor> plug() {
        var numbers = new Numbers();
        var model = new LinkedHashMap<String, Tensor>();
        model.put("bert.embeddings.word_embeddings.weight", numbers.tensor(48, HIDDEN));
        model.put("bert.embeddings.token_type_embeddings.weight", numbers.tensor(3, HIDDEN));
        model.put("bert.encoder.layer.0.attention.self.query_key_value.weight", numbers.tensor(3 * HIDDEN, HIDDEN));
        model.put("bert.encoder.layer.0.attention.output.dense.weight", numbers.tensor(HIDDEN, HIDDEN));
        model.put("bert.encoder.layer.0.intermediate.dense.weight", numbers.tensor(4 * HIDDEN, HIDDEN));
        model.put("bert.encoder.layer.0.output.dense.weight", numbers.tensor(HIDDEN, 4 * HIDDEN));
        model.put("bert.encoder.layer.0.output.dense.bias", numbers.tensor(HIDDEN));
        model.put("bert.pooler.dense.weight", numbers.tensor(HIDDEN, HIDDEN));
        model.put("cls.predictions.bias", numbers.tensor(48));
        model.put("cls.predictions.transform.dense.weight", numbers.tensor(HIDDEN, HIDDEN));
        model.put("decoder.decoder.layer.0.cross_attention.query.weight", numbers.tensor(HIDDEN, HIDDEN));
        model.put("decoder.decoder.layer.0.cross_attention.key_value.weight", numbers.tensor(2 * HIDDEN, HIDDEN));
        model.put("decoder.decoder.layer.0.cross_attention.dense.weight", numbers.tensor(HIDDEN, HIDDEN));
        return model;
    }

    /** Different numbers everywhere. */
    private static final class Numbers {
        private long next;

        Tensor tensor(long... shape) {
            long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            next += count;
            return Tensor.arange(count)
                    .to(DType.F32)
                    .add((double) (next - count))
                    .reshape(shape);
        }
    }

    private static String huggingFace(String name) {
        return name.replace("word_embeddings", "transformer.wte")
                .replace("position_embeddings", "transformer.wpe")
                .replace("transformer.layers.", "transformer.h.")
                .replace("input_layernorm", "ln_1")
                .replace("post_attention_layernorm", "ln_2")
                .replace("attention.query_key_value", "attn.c_attn")
                .replace("attention.dense", "attn.c_proj")
                .replace("mlp.dense_h_to_4h", "mlp.c_fc")
                .replace("mlp.dense_4h_to_h", "mlp.c_proj")
                .replace("transformer.final_layernorm", "transformer.ln_f");
    }

    private void write(String file, Map<String, ?> root) {
        TorchWriter.write(folder.resolve(file), root);
    }

    private static LazyTensor lazy(Tensor tensor) {
        return new LazyTensor(
                tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList(), () -> tensor);
    }

    private static Map<String, LazyTensor> lazy(Map<String, Tensor> tensors) {
        var lazy = new LinkedHashMap<String, LazyTensor>();
        tensors.forEach((name, tensor) -> lazy.put(name, lazy(tensor)));
        return lazy;
    }

    private Weights weights(Map<String, Tensor> tensors) {
        return new DerivedWeights(folder, 0, lazy(tensors));
    }

    private static void assertSame(Weights found, Map<String, Tensor> expected) {
        assertThat(found.names()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor whole = found.tensor(name);
            if (name.endsWith("word_embeddings.weight")) {
                whole = whole.narrow(0, 0, tensor.size(0)); // the rest is padding
            }
            assertThat(whole.shape()).as(name).isEqualTo(tensor.shape());
            assertThat(whole.eq(tensor).all()).as(name).isTrue();
        });
    }
}
