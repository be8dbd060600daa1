package org.maliang.checkpoint.megatron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.checkpoint.torch.TorchWriter;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class ShardsTest {
    private static final Map<String, String> CPM_NAMES = Map.of(
            "wte", "word_embeddings",
            "wpe", "position_embeddings",
            "ln_f", "transformer.final_layernorm",
            "ln_1", "input_layernorm",
            "ln_2", "post_attention_layernorm",
            "attn.c_attn", "attention.query_key_value",
            "attn.c_proj", "attention.dense",
            "mlp.c_fc", "mlp.dense_h_to_4h",
            "mlp.c_proj", "mlp.dense_4h_to_h");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"fp32_zip", "fp32_legacy", "fp16_zip"})
    void shardsOfCpmMergeIntoTheWholeModel(String form) {
        Path cpm = cpm();
        DType dtype = form.startsWith("fp16") ? DType.F16 : DType.F32;
        try (Scope scope = Scope.open();
                Weights merged =
                        MegatronCheckpoint.find(cpm.resolve(form)).orElseThrow().merge();
                Weights golden = SafeTensors.open(cpm.resolve("merged_hf_gpt2/model.safetensors"))) {
            assertThat(merged.names()).hasSameSizeAs(golden.names());
            for (String name : golden.names()) {
                Tensor ours = merged.tensor(cpmName(name));
                Tensor same = name.matches(".*\\.c_\\w+\\.weight") ? ours.transpose(0, 1) : ours;
                assertThat(same.dtype()).isEqualTo(dtype);
                assertThat(same.eq(golden.tensor(name).to(dtype)).all())
                        .as(name)
                        .isTrue();
                assertThat(merged.info(cpmName(name)).sizes()).as(name).isEqualTo(ours.shape());
            }
        }
    }

    /** What somebody would do who does not know that queries, keys and values are three blocks. */
    @Test
    void aPlainConcatenationIsAnotherModel() {
        Path cpm = cpm();
        String fused = "transformer.layers.0.attention.query_key_value.weight";
        MegatronCheckpoint checkpoint =
                MegatronCheckpoint.find(cpm.resolve("fp32_zip")).orElseThrow();
        try (Scope scope = Scope.open();
                Weights right = checkpoint.merge();
                Weights wrong = checkpoint.merge(Optional.of(ShardRules.BY_HEAD))) {
            assertThat(wrong.tensor(fused).shape())
                    .isEqualTo(right.tensor(fused).shape());
            assertThat(wrong.tensor(fused).eq(right.tensor(fused)).all()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void whatIsCutMergesAgain(int ranks) {
        for (ShardRules rules : List.of(ShardRules.VERSION_0, ShardRules.BY_HEAD)) {
            Path place = directory.resolve(ranks + "-" + rules.fusedBlocks());
            try (Scope scope = Scope.open();
                    Weights whole = whole()) {
                MegatronCheckpoint.write(place, whole, rules, ranks);
                MegatronCheckpoint found = MegatronCheckpoint.find(place).orElseThrow();
                assertThat(found.ranks()).isEqualTo(ranks);
                try (Weights merged = found.merge()) {
                    for (String name : whole.names()) {
                        Tensor expected = whole.tensor(name);
                        Tensor padded = merged.tensor(name);
                        Tensor again = name.startsWith("word") ? padded.narrow(0, 0, expected.size(0)) : padded;
                        assertThat(again.dtype()).isEqualTo(expected.dtype());
                        assertThat(again.eq(expected).all()).as(name).isTrue();
                    }
                    assertThat(merged.info("word_embeddings.weight").shape().get(0))
                            .isEqualTo(ranks == 1 ? 50 : ranks == 2 ? 50 : 128L * ranks);
                }
            }
        }
    }

    /** From 2 shards to 4 and back to 2 is as from 2 to 2: no order is lost on the way. */
    @Test
    void shardsAreCutAnewWithoutTheWhole() {
        try (Scope scope = Scope.open();
                Weights whole = whole()) {
            List<Weights> two = shares(whole, 2);
            List<Weights> four = shares(Shards.merge(two, ShardRules.VERSION_0), 4);
            List<Weights> again = shares(Shards.merge(four, ShardRules.VERSION_0), 2);
            String fused = "transformer.layers.0.attention.query_key_value.weight";
            for (int rank = 0; rank < 2; rank++) {
                assertThat(again.get(rank)
                                .tensor(fused)
                                .eq(two.get(rank).tensor(fused))
                                .all())
                        .isTrue();
            }
        }
    }

    @Test
    void copiesThatDifferAreNoticed() {
        try (Scope scope = Scope.open();
                Weights whole = whole()) {
            MegatronCheckpoint.write(directory.resolve("m"), whole, ShardRules.VERSION_0, 2);
            Path second = directory.resolve("m/mp_rank_01_model_states.pt");
            Map<String, Tensor> changed = new LinkedHashMap<>();
            try (Weights share = TorchFile.read(second).stateDict()) {
                share.names()
                        .forEach(
                                name -> changed.put(name, share.tensor(name).add(name.endsWith("dense.bias") ? 1 : 0)));
                SafeTensors.write(directory.resolve("changed.safetensors"), changed, Map.of());
            }
            TorchWriter.write(second, "module", SafeTensors.open(directory.resolve("changed.safetensors")), Map.of());
            try (Weights merged = MegatronCheckpoint.find(directory.resolve("m"))
                    .orElseThrow()
                    .merge()) {
                assertThatThrownBy(() -> merged.tensor("transformer.layers.0.attention.dense.bias"))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("mp_rank_01")
                        .hasMessageContaining("attention.dense.bias");
            }
        }
    }

    @Test
    void stagesOfAPipelineAreJoined() {
        try (Scope scope = Scope.open();
                Weights whole = whole()) {
            for (int stage = 0; stage < 2; stage++) {
                Path file = directory.resolve("p/iter_0000007/mp_rank_00_%03d/model_optim_rng.pt".formatted(stage));
                TorchWriter.write(file, "model", whole, Map.of("checkpoint_version", 3.0, "iteration", 7L));
            }
            write(directory.resolve("p/latest_checkpointed_iteration.txt"), "7");
            try (Weights joined = MegatronCheckpoint.find(directory.resolve("p"))
                    .orElseThrow()
                    .merge()) {
                assertThat(joined.names())
                        .contains(
                                "transformer.layers.0.mlp.dense_h_to_4h.bias",
                                "transformer.layers.3.mlp.dense_h_to_4h.bias")
                        .hasSize(2 * whole.names().size() - 1);
            }
        }
    }

    @Test
    void ranksThatAreMissingAreNoticed() throws Exception {
        try (Scope scope = Scope.open();
                Weights whole = whole()) {
            MegatronCheckpoint.write(directory.resolve("m"), whole, ShardRules.VERSION_0, 4);
            Files.delete(directory.resolve("m/mp_rank_02_model_states.pt"));
            assertThatThrownBy(() -> MegatronCheckpoint.find(directory.resolve("m")))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("lacks files");
            assertThat(MegatronCheckpoint.find(directory)).isEmpty();
            assertThatThrownBy(() -> Shards.cut(whole, ShardRules.VERSION_0, 0, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 ranks");
        }
    }

    private static List<Weights> shares(Weights whole, int ranks) {
        List<Weights> shares = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            shares.add(Shards.cut(whole, ShardRules.VERSION_0, rank, ranks));
        }
        return shares;
    }

    /** Two layers of width 16 with 50 words, every number another. */
    private Weights whole() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("word_embeddings.weight", numbers(50, 16).to(DType.F16));
        for (int layer = 0; layer < 2; layer++) {
            String at = "transformer.layers." + layer + ".";
            tensors.put(at + "input_layernorm.weight", numbers(16));
            tensors.put(at + "attention.query_key_value.weight", numbers(48, 16));
            tensors.put(at + "attention.query_key_value.bias", numbers(48));
            tensors.put(at + "attention.dense.weight", numbers(16, 16));
            tensors.put(at + "attention.dense.bias", numbers(16));
            tensors.put(at + "mlp.dense_h_to_4h.weight", numbers(64, 16).to(DType.BF16));
            tensors.put(at + "mlp.dense_h_to_4h.bias", numbers(64));
            tensors.put(at + "mlp.dense_4h_to_h.weight", numbers(16, 64));
        }
        Path file = directory.resolve("whole.safetensors");
        SafeTensors.write(file, tensors, Map.of());
        return SafeTensors.open(file);
    }

    private static Tensor numbers(long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return Tensor.arange(count).to(DType.F32).view(shape);
    }

    private static String cpmName(String huggingFace) {
        String name = huggingFace.replaceFirst("^transformer\\.", "");
        boolean layer = name.startsWith("h.");
        String inner = layer ? name.replaceFirst("^h\\.\\d+\\.", "") : name;
        String part = inner.substring(0, inner.lastIndexOf('.'));
        String ending = inner.substring(inner.lastIndexOf('.'));
        String translated = CPM_NAMES.get(part) + ending;
        return layer ? "transformer.layers." + name.split("\\.")[1] + "." + translated : translated;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path cpm() {
        Path above = Path.of("").toAbsolutePath();
        while (above != null && !Files.isDirectory(above.resolve("shared/fixtures/cpm_megatron"))) {
            above = above.getParent();
        }
        assumeThat(above).as("shared/fixtures is not on this machine").isNotNull();
        return above.resolve("shared/fixtures/cpm_megatron");
    }
}
