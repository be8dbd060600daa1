package org.maliang.model.plug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.SlowTransformer.attention;
import static org.maliang.model.SlowTransformer.columns;
import static org.maliang.model.SlowTransformer.each;
import static org.maliang.model.SlowTransformer.flat;
import static org.maliang.model.SlowTransformer.product;
import static org.maliang.model.SlowTransformer.sum;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.model.SlowTransformer;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class PlugTest {

    private static final double EPSILON = 1e-3; // large enough to be seen
    private static final int HIDDEN = 15;
    private static final int HEADS = 3;
    private static final ObjectNode CONFIG = json("{'model_type':'plug','vocab_size':30,'hidden_size':15,"
            + "'num_attention_heads':3,'intermediate_size':22,'num_hidden_layers':3,'dec_hidden_layers':2,"
            + "'max_position_embeddings':20,'type_vocab_size':3,'hidden_act':'gelu_new','initializer_range':0.5,"
            + "'layernorm_epsilon':1e-3}");
    private static final long[] SOURCE = {7, 3, 29, 14, 14, 2};
    private static final long[] TARGET = {1, 5, 22, 9};

    /** Weights that are all different: fresh norms and biases would hide which one stands where. */
    private static Plug shaken() {
        Plug plug = (Plug) Models.create(CONFIG, 11);
        int[] count = {0};
        plug.parameters().values().forEach(tensor -> {
            float[] noise = new float[(int) tensor.elements()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (0.2 * Math.sin(++count[0] * 0.7));
            }
            tensor.addInPlace(Tensor.of(noise, tensor.shape()));
        });
        return plug;
    }

    private static double[][] embed(SlowTransformer slow, long[] ids) {
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] word = slow.table("bert.embeddings.word_embeddings.weight")[(int) ids[t]];
            double[] place = slow.table("bert.embeddings.position_embeddings.weight")[t];
            double[] type = slow.table("bert.embeddings.token_type_embeddings.weight")[0];
            x[t] = new double[HIDDEN];
            for (int i = 0; i < HIDDEN; i++) {
                x[t][i] = word[i] + place[i] + type[i];
            }
        }
        return slow.norm(x, "bert.embeddings.LayerNorm", EPSILON);
    }

    private static double[][] encode(SlowTransformer slow, long[] ids) {
        double[][] x = embed(slow, ids);
        for (int layer = 0; layer < 3; layer++) {
            String at = "bert.encoder.layer." + layer + ".";
            double[][] qkv = slow.linear(
                    slow.norm(x, at + "attention.LayerNorm", EPSILON), at + "attention.self.query_key_value");
            double[][] mixed = attention(
                    columns(qkv, 0, HIDDEN),
                    columns(qkv, HIDDEN, 2 * HIDDEN),
                    columns(qkv, 2 * HIDDEN, 3 * HIDDEN),
                    HEADS,
                    SlowTransformer.Visible.ALL);
            x = sum(x, slow.linear(mixed, at + "attention.output.dense"));
            double[][] inner = slow.linear(slow.norm(x, at + "LayerNorm", EPSILON), at + "intermediate.dense");
            x = sum(x, slow.linear(each(inner, SlowTransformer::gelu), at + "output.dense"));
        }
        return slow.norm(x, "bert.encoder.LayerNorm", EPSILON);
    }

    private static double[][] decode(SlowTransformer slow, double[][] memory, long[] ids) {
        double[][] x = embed(slow, ids);
        for (int layer = 0; layer < 2; layer++) {
            String at = "decoder.decoder.layer." + layer + ".";
            double[][] qkv =
                    slow.linear(slow.norm(x, at + "input_layernorm", EPSILON), at + "attention.query_key_value");
            double[][] mixed = attention(
                    columns(qkv, 0, HIDDEN),
                    columns(qkv, HIDDEN, 2 * HIDDEN),
                    columns(qkv, 2 * HIDDEN, 3 * HIDDEN),
                    HEADS,
                    SlowTransformer.Visible.PAST);
            x = sum(x, slow.linear(mixed, at + "attention.dense"));
            double[][] q =
                    slow.linear(slow.norm(x, at + "post_attention_layernorm", EPSILON), at + "cross_attention.query");
            double[][] kv = slow.linear(memory, at + "cross_attention.key_value");
            double[][] seen = attention(
                    q, columns(kv, 0, HIDDEN), columns(kv, HIDDEN, 2 * HIDDEN), HEADS, SlowTransformer.Visible.ALL);
            x = sum(x, slow.linear(seen, at + "cross_attention.dense"));
            double[][] inner =
                    slow.linear(slow.norm(x, at + "post_cross_attention_layernorm", EPSILON), at + "intermediate");
            x = sum(x, slow.linear(each(inner, SlowTransformer::gelu), at + "output"));
        }
        return slow.norm(x, "decoder.decoder.final_layernorm", EPSILON);
    }

    @Test
    void equalsTheSlowReference() {
        try (Scope scope = Scope.open()) {
            Plug plug = shaken();
            SlowTransformer slow = new SlowTransformer(plug.parameters());
            long[] padded = Arrays.copyOf(SOURCE, 9);
            EncoderInput source = EncoderInput.of(ids(padded)).withMask(ids(new long[] {1, 1, 1, 1, 1, 1, 0, 0, 0}));
            double[][] memory = encode(slow, SOURCE);
            Tensor hidden = plug.encoder().hidden(source); // [1, 9, hidden]
            assertThat(hidden.narrow(1, 0, SOURCE.length).contiguous().toDoubles())
                    .containsExactly(flat(memory), within(2e-4));
            double[][] words = slow.table("bert.embeddings.word_embeddings.weight");
            double[][] logits = product(decode(slow, memory, TARGET), words, new double[words.length]);
            assertThat(plug.logits(plug.hidden(Input.of(ids(TARGET)), plug.remember(source)))
                            .toDoubles())
                    .containsExactly(flat(logits), within(1e-3));
        }
    }

    @Test
    void theEncoderUnderstandsByItself() {
        try (Scope scope = Scope.open()) {
            Plug plug = shaken();
            SlowTransformer slow = new SlowTransformer(plug.parameters());
            double[][] memory = encode(slow, SOURCE);
            Tensor hidden = plug.encoder().hidden(EncoderInput.of(ids(SOURCE)));
            double[][] inner = each(slow.linear(memory, "cls.predictions.transform.dense"), SlowTransformer::gelu);
            double[][] words = product(
                    slow.norm(inner, "cls.predictions.transform.LayerNorm", EPSILON),
                    slow.table("bert.embeddings.word_embeddings.weight"),
                    plug.parameters().get("cls.predictions.bias").toDoubles());
            assertThat(plug.heads().wordLogits(hidden).toDoubles()).containsExactly(flat(words), within(1e-3));
            double[][] relation = slow.linear(new double[][] {memory[0]}, "cls.seq_relationship");
            assertThat(plug.heads().relationLogits(hidden).toDoubles()).containsExactly(relation[0], within(1e-3));
        }
    }

    /** The published model, counted from its configuration; both final norms come on top of the layers. */
    @Test
    void hasTwentySixBillionParameters() {
        try (Scope scope = Scope.open()) {
            Parameters.Source counted =
                    (name, initial, shape) -> Tensor.zeros(DType.F32, 1).expand(shape);
            var plug = new PlugFamily().build(JsonNodeFactory.instance.objectNode(), counted);
            long norm = 2 * 8192;
            assertThat(count(plug.parameters(), name -> name.startsWith("bert.encoder.")))
                    .isEqualTo(19_329_908_736L + norm);
            assertThat(count(plug.parameters(), name -> name.startsWith("decoder.")))
                    .isEqualTo(6_443_384_832L + norm);
            assertThat(count(plug.parameters(), name -> name.startsWith("bert.embeddings.")))
                    .isEqualTo(192_978_944L);
            assertThat(count(plug.parameters(), name -> name.startsWith("cls.") || name.startsWith("bert.pooler.")))
                    .isEqualTo(134_296_579L);
            assertThat(plug.parameterCount()).isEqualTo(26_100_569_091L + 2 * norm);
        }
    }

    private static long count(Map<String, Tensor> parameters, Predicate<String> which) {
        return parameters.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }
}
