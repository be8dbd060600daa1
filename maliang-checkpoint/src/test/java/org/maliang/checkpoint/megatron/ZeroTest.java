package org.maliang.checkpoint.megatron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.torch.TorchWriter;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Shards cut here as DeepSpeed cuts them. */
class ZeroTest {
    private static final List<Map<String, List<Long>>> GROUPS = List.of(
            ordered("a.weight", List.of(3L, 5L), "b.weight", List.of(7L)),
            ordered("a.bias", List.of(5L), "c", List.of()));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1", "2, 3", "2, 4"})
    void groupsAreOneVectorCutIntoEqualParts(int stage, int ranks) {
        try (var scope = Scope.open()) {
            var model = new LinkedHashMap<String, Object>();
            model.put("module", Map.of("buffer", lazy(numbers(1000, 2).to(DType.F16)), "a.bias", lazy(numbers(0, 5))));
            model.put("buffer_names", List.of("buffer"));
            model.put("param_shapes", GROUPS);
            model.put("frozen_param_shapes", Map.of("frozen", List.of(2L, 2L)));
            model.put(
                    "frozen_param_fragments",
                    Map.of("frozen", lazy(numbers(900, 4).to(DType.F16))));
            model.put("shared_params", Map.of("tied", "b.weight"));
            write("mp_rank_00_model_states.pt", model);
            for (int rank = 0; rank < ranks; rank++) {
                var parts = new ArrayList<LazyTensor>();
                for (int group = 0; group < GROUPS.size(); group++) {
                    int length = (group == 0 ? 22 : 6) + 2 * ranks - 1;
                    int part = length / (2 * ranks) * 2; // padded to a multiple of twice the ranks
                    parts.add(lazy(numbers(100 * group, part * ranks).narrow(0, (long) rank * part, part)));
                }
                writeOptimizer("bf16_", rank, stage, ranks, "single_partition_of_fp32_groups", parts);
            }
            assertWhole(folder);
            assertThat(MegatronCheckpoint.open(folder).weights().names()).contains("tied", "frozen", "buffer");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void inStage3EveryParameterIsCut(int ranks) {
        try (var scope = Scope.open()) {
            for (int rank = 0; rank < ranks; rank++) {
                var model = new LinkedHashMap<String, Object>();
                model.put("module", Map.of());
                model.put("buffer_names", List.of());
                model.put("param_shapes", GROUPS);
                write("zero_pp_rank_%d_mp_rank_00_model_states.pt".formatted(rank), model);
                var groups = new ArrayList<LazyTensor>();
                groups.add(lazy(Tensor.cat(List.of(part(0, 15, rank, ranks), part(15, 7, rank, ranks)), 0)));
                groups.add(lazy(Tensor.cat(List.of(part(100, 5, rank, ranks), part(105, 1, rank, ranks)), 0)));
                writeOptimizer("", rank, 3, ranks, "fp32_flat_groups", groups);
            }
            assertWhole(folder);
        }
    }

    @Test
    void shardsOfTensorParallelRanksAreMergedToo() {
        try (var scope = Scope.open()) {
            String name = "transformer.layers.0.mlp.dense_4h_to_h.weight";
            for (int rank = 0; rank < 2; rank++) {
                write(
                        "mp_rank_0%d_model_states.pt".formatted(rank),
                        Map.of("module", Map.of(), "param_shapes", List.of(Map.of(name, List.of(2L, 2L)))));
                var state = Map.of(
                        "zero_stage",
                        2,
                        "partition_count",
                        List.of(1),
                        "single_partition_of_fp32_groups",
                        List.of(lazy(numbers(10 * rank, 4))));
                write(
                        "zero_pp_rank_0_mp_rank_0%d_optim_states.pt".formatted(rank),
                        Map.of("optimizer_state_dict", state));
            }
            try (var weights = MegatronCheckpoint.open(folder).weights()) {
                assertThat(weights.tensor(name).toFloats()).containsExactly(0, 1, 10, 11, 2, 3, 12, 13);
                assertThat(weights.info(name).shape()).containsExactly(2L, 4L);
            }
        }
    }

    @Test
    void whatIsMissingIsSaid() throws IOException {
        groupsAreOneVectorCutIntoEqualParts(2, 3);
        Path last = folder.resolve("bf16_zero_pp_rank_2_mp_rank_00_optim_states.pt");
        Path aside = folder.resolve("aside");
        Files.move(last, aside);
        assertThatThrownBy(() -> MegatronCheckpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("there are 2 optimizer files");
        try (var scope = Scope.open()) {
            writeOptimizer(
                    "bf16_",
                    2,
                    2,
                    3,
                    "single_partition_of_fp32_groups",
                    List.of(lazy(numbers(0, 1)), lazy(numbers(0, 1))));
        }
        assertThatThrownBy(() -> MegatronCheckpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("numbers where 22 are needed");
    }

    private static void assertWhole(Path folder) {
        try (var scope = Scope.open();
                var weights = MegatronCheckpoint.open(folder).weights()) {
            assertThat(weights.names()).contains("a.weight", "b.weight", "a.bias", "c");
            assertThat(weights.info("a.weight").dtype()).isEqualTo(DType.F32);
            assertThat(weights.tensor("a.weight").shape()).containsExactly(3, 5);
            assertThat(weights.tensor("c").shape()).isEmpty();
            assertThat(weights.tensor("a.weight").toFloats())
                    .isEqualTo(numbers(0, 15).toFloats());
            assertThat(weights.tensor("b.weight").toFloats())
                    .isEqualTo(numbers(15, 7).toFloats());
            assertThat(weights.tensor("a.bias").toFloats())
                    .isEqualTo(numbers(100, 5).toFloats());
            assertThat(weights.tensor("c").toFloats()).containsExactly(105);
            if (weights.names().contains("buffer")) {
                assertThat(weights.tensor("buffer").toFloats()).containsExactly(1000, 1001);
                assertThat(weights.tensor("frozen").toFloats()).containsExactly(900, 901, 902, 903);
                assertThat(weights.tensor("tied").toFloats())
                        .isEqualTo(numbers(15, 7).toFloats());
            }
        }
    }

    private void writeOptimizer(String prefix, int rank, int stage, int ranks, String key, List<LazyTensor> parts) {
        var state = Map.of("zero_stage", stage, "partition_count", ranks, key, parts);
        write(
                prefix + "zero_pp_rank_%d_mp_rank_00_optim_states.pt".formatted(rank),
                Map.of("optimizer_state_dict", state));
    }

    private void write(String file, Map<String, ?> root) {
        TorchWriter.write(folder.resolve(file), root);
    }

    /** A rank's part of a parameter that counts from {@code first}, padded with -1. */
    private static Tensor part(int first, int elements, int rank, int ranks) {
        int part = (elements + ranks - 1) / ranks;
        Tensor padded =
                Tensor.cat(List.of(numbers(first, elements), Tensor.full(-1, DType.F32, part * ranks - elements)), 0);
        return padded.narrow(0, (long) rank * part, part);
    }

    private static Tensor numbers(int first, int count) {
        return Tensor.arange(count).to(DType.F32).add(first);
    }

    private static LazyTensor lazy(Tensor tensor) {
        return new LazyTensor(
                tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList(), () -> tensor);
    }

    private static Map<String, List<Long>> ordered(String a, List<Long> shapeA, String b, List<Long> shapeB) {
        var map = new LinkedHashMap<String, List<Long>>();
        map.put(a, shapeA);
        map.put(b, shapeB);
        return map;
    }
}
