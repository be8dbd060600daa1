package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.model.layer.Initial;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.TensorException;
import org.maliang.tensor.Threads;
import org.maliang.tensor.WeightKind;

class PackedParametersTest {
    private static final long SIZE = 32;

    private final int threads = Threads.threads();

    @AfterEach
    void restore() {
        Threads.threads(threads);
    }

    @ParameterizedTest
    @EnumSource(WeightKind.class)
    void randomModelsAreTheSameWhateverThreadsDrawThem(WeightKind kind) throws JsonProcessingException {
        JsonNode config = new ObjectMapper()
                .readTree("{\"model_type\":\"llama\",\"vocab_size\":48,\"hidden_size\":64,\"num_hidden_layers\":3,"
                        + "\"num_attention_heads\":4,\"intermediate_size\":96,\"max_position_embeddings\":32}");
        float[] alone = logits(config, kind, 1);
        assertThat(logits(config, kind, 2)).isEqualTo(alone);
        assertThat(alone[0]).isNotEqualTo(alone[1]);
    }

    private static float[] logits(JsonNode config, WeightKind kind, int threads) {
        Threads.threads(threads);
        try (Decoder decoder = Models.random(config, Placement.CPU.withMatrices(Optional.of(kind)));
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Threads.threads(1);
            Tensor ids = Tensor.of(new long[] {5, 9, 31}, 1, 3);
            return decoder.logits(decoder.hidden(Input.of(ids))).toFloats();
        }
    }

    @Test
    void aMatrixThatCannotBePackedFailsByItsNameAndNothingStays() {
        Threads.threads(2);
        long tensors = Tensor.liveCount();
        long bytes = Tensor.liveBytes();
        Spoiled source = new Spoiled();
        List<MatMul> products = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (String name : List.of("first", "second", "bad", "third")) {
                Tensor weight = source.matrix(name, Initial.ZEROS, MatMul.Layout.OUT_IN, SIZE, SIZE);
                products.add(source.product(weight, MatMul.Layout.OUT_IN, Optional.empty()));
                scope.keepAll(source.scales());
            }
            assertThatThrownBy(source::pack)
                    .isInstanceOf(ModelException.class)
                    .hasMessage("\"bad\": no kernel; take another")
                    .hasCauseInstanceOf(TensorException.class);
            assertThat(products.get(0)
                            .apply(Tensor.ones(DType.F32, 1, SIZE))
                            .sum()
                            .item())
                    .isPositive();
            source.close();
        }
        assertThat(Tensor.liveCount()).isEqualTo(tensors);
        assertThat(Tensor.liveBytes()).isEqualTo(bytes);
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.ones(DType.F32, 1, SIZE);
            assertThatThrownBy(() -> products.get(0).apply(x)).hasMessageContaining("the model is closed");
        }
    }

    /** Integers of which one matrix has no kernel. */
    private static final class Spoiled extends PackedParameters {
        @Override
        public Tensor tensor(String name, Initial initial, long... shape) {
            return Tensor.ones(DType.F32, shape);
        }

        @Override
        public Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
            Quantized integers = Quantized.int8(tensor(name, initial, shape));
            return packing(integers.values(), new Packing(name, Optional.of(integers), (outIn, bias) -> {
                if (name.equals("bad")) {
                    throw new TensorException("no kernel; take another");
                }
                return MatMul.packed(integers, bias);
            }));
        }
    }
}
