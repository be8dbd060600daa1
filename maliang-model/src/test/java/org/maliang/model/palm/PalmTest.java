package org.maliang.model.palm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.SlowTransformer.flat;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.Models;
import org.maliang.model.layer.Memory;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class PalmTest {

    private static final String SHAPE =
            "'vocab_size':30,'hidden_size':12,'num_attention_heads':3,'intermediate_size':14,"
                    + "'num_hidden_layers':3,'max_position_embeddings':20,'hidden_act':'gelu_new','initializer_range':0.5,"
                    + "'layer_norm_eps':1e-3,'dec_layers':2,'dec_heads':2,'dec_ff_size':22,"
                    + "'bos_token_id':2,'eos_token_id':3}";
    private static final long[] SOURCE = {7, 3, 29, 14, 14, 2};
    private static final long[] TARGET = {5, 22, 9, 14};

    static ObjectNode config(String encoder) {
        return json("{'model_type':'palm','encoder':'" + encoder + "'," + SHAPE);
    }

    /** Weights that are all different: fresh norms and biases would hide which one stands where. */
    private static Palm shaken(ObjectNode config) {
        Palm palm = (Palm) Models.create(config, 11);
        int[] count = {0};
        palm.parameters().values().forEach(tensor -> {
            float[] noise = new float[(int) tensor.elements()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (0.2 * Math.sin(++count[0] * 0.7));
            }
            tensor.addInPlace(Tensor.of(noise, tensor.shape()));
        });
        return palm;
    }

    private static EncoderInput padded(long padding) {
        long[] source = Arrays.copyOf(SOURCE, 9);
        Arrays.fill(source, SOURCE.length, 9, padding);
        return EncoderInput.of(ids(source)).withMask(ids(new long[] {1, 1, 1, 1, 1, 1, 0, 0, 0}));
    }

    @ParameterizedTest
    @CsvSource({"bert,0,0", "zh_bert,0,0", "roberta,1,2"})
    void equalsTheSlowReference(String encoder, long padding, int firstPosition) {
        try (Scope scope = Scope.open()) {
            Palm palm = shaken(config(encoder));
            SlowPalm slow = new SlowPalm(palm, firstPosition);
            double[][] memory = slow.encode(SOURCE);
            Tensor hidden = palm.encoder().hidden(padded(padding)); // [1, 9, hidden]
            assertThat(hidden.narrow(1, 0, SOURCE.length).contiguous().toDoubles())
                    .containsExactly(flat(memory), within(2e-4));
            double[][] logits = slow.logits(slow.decode(memory, TARGET).hidden());
            Memory remembered = palm.remember(padded(padding));
            assertThat(palm.logits(palm.hidden(Input.of(ids(TARGET)), remembered))
                            .toDoubles())
                    .containsExactly(flat(logits), within(1e-3));
            double[] last = logits[TARGET.length - 1];
            assertThat(palm.scores(Input.of(ids(TARGET)), remembered, 1).toDoubles())
                    .containsExactly(last, within(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copiesAsTheSlowReferenceDoes(boolean twice) {
        try (Scope scope = Scope.open()) {
            Palm palm = shaken(config("zh_bert").put("p_gen", true).put("copy_softmax_twice", twice));
            SlowPalm slow = new SlowPalm(palm, 0);
            double[][] memory = slow.encode(SOURCE);
            double[][] expected = slow.copying(memory, SOURCE, slow.decode(memory, TARGET), twice);
            Tensor scores = palm.scores(Input.of(ids(TARGET)), palm.remember(padded(0)), TARGET.length);
            assertThat(scores.exp().toDoubles()).containsExactly(flat(expected), within(1e-5));
            assertThat(scores.exp().sum(-1, false).toDoubles()).containsOnly(new double[] {1, 1, 1, 1}, within(1e-5));
            long[] labels = {22, 9, -100, 14};
            double loss = -(Math.log(expected[0][22]) + Math.log(expected[1][9]) + Math.log(expected[3][14])) / 3;
            assertThat(palm.loss(padded(0), Input.of(ids(TARGET)), ids(labels)).item())
                    .isCloseTo(loss, within(1e-4));
        }
    }

    /** A gate that is shut leaves the words of the source alone; the flag of the first release spreads them over all. */
    @Test
    void whatIsCopiedStandsInTheSource() {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            for (boolean twice : new boolean[] {false, true}) {
                Palm palm = shaken(config("zh_bert").put("p_gen", true).put("copy_softmax_twice", twice));
                palm.parameters().get("generator.prob_proj.weight").zeroInPlace();
                palm.parameters().get("generator.prob_proj.bias").fillInPlace(-80);
                double[] p = palm.scores(Input.of(ids(TARGET)), palm.remember(padded(0)), 1)
                        .exp()
                        .toDoubles();
                double source = p[7] + p[3] + p[29] + p[14] + p[2];
                if (twice) {
                    assertThat(source).isLessThan(0.5);
                } else {
                    assertThat(source).isCloseTo(1, within(1e-5));
                }
            }
        }
    }

    @Test
    void copyingNeedsTheIds() {
        try (Scope scope = Scope.open()) {
            Palm palm = shaken(config("zh_bert").put("p_gen", true));
            Memory states = palm.remember(palm.encoder().hidden(EncoderInput.of(ids(SOURCE))), Optional.empty());
            assertThatThrownBy(() -> palm.scores(Input.of(ids(TARGET)), states, 1))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("remember an input with ids");
        }
    }

    /** One step of descent on the copying loss lowers it. */
    @Test
    void learnsToCopy() {
        try (Scope scope = Scope.open()) {
            Palm palm = shaken(config("zh_bert").put("p_gen", true));
            palm.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
            Tensor labels = ids(new long[] {14, 29, 7, 2});
            Tensor before = palm.loss(EncoderInput.of(ids(SOURCE)), labels);
            before.backward();
            try (Autograd.Guard frozen = Autograd.noGrad()) {
                palm.parameters().values().stream()
                        .filter(Tensor::hasGrad)
                        .forEach(parameter -> parameter.addInPlace(parameter.grad(), -1e-3));
                assertThat(palm.loss(EncoderInput.of(ids(SOURCE)), labels).item())
                        .isLessThan(before.item());
            }
        }
    }

    /**
     * The published English sizes, 257 and 483 million, with the decoder's inner width of the first release's train.py, 2048,
     * and RoBERTa's pooler. The second is 0.1 % from what is published.
     */
    @ParameterizedTest
    @CsvSource({"768,12,12,3072,12,257835609", "1024,24,16,4096,6,482485337"})
    void hasThePublishedSize(int hidden, int layers, int heads, int inner, int decoderLayers, long parameters) {
        ObjectNode config = json("{'model_type':'palm','encoder':'roberta','type_vocab_size':1,'vocab_size':50265,"
                + "'max_position_embeddings':514,'dec_ff_size':2048}");
        config.put("hidden_size", hidden).put("num_hidden_layers", layers).put("num_attention_heads", heads);
        config.put("intermediate_size", inner).put("dec_hidden_size", hidden).put("dec_layers", decoderLayers);
        assertThat(Models.count(config)).isEqualTo(parameters);
    }

    @Test
    void keysThatAreAbsentHaveTheValuesOfModelScope() {
        PalmConfig chinese = PalmConfig.of(json("{'encoder':'zh_bert','vocab_size':21128}"));
        assertThat(chinese.decoderHeads()).isEqualTo(8);
        assertThat(chinese.feedForwardSize()).isEqualTo(3072);
        assertThat(chinese.startId()).isEqualTo(101);
        assertThat(chinese.eosId()).hasValue(102);
        assertThat(chinese.liking()).isEqualTo(new PalmConfig.Wishes(5, 0.95, 40, 130, false, false));
        PalmConfig english = PalmConfig.of(json("{'vocab_size':50265,'max_position_embeddings':514}"));
        assertThat(english.startId()).isZero();
        assertThat(english.padId()).hasValue(1);
        assertThat(english.contextLength()).isEqualTo(512);
        assertThat(PalmConfig.of(json("{'encoder':'bert','max_pos':800}")).contextLength())
                .isEqualTo(800);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'encoder':'gpt'}                      | expected one of bert, zh_bert, roberta",
                "{'encoder':'bert','dec_heads':7}       | not a multiple of dec_heads 7",
                "{'encoder':'bert','dec_hidden_size':9} | is not the encoder's hidden_size 768",
                "{'encoder':'bert','dec_dropout':1}     | dec_dropout",
                "{'encoder':'bert','min_length':'x'}    | min_length",
                "{'encoder':'bert','min_length':-1}     | min_length",
                "{'encoder':'bert','p_gen':3}           | p_gen",
            })
    void whatCannotBeIsRefusedByName(String config, String message) {
        assertThatThrownBy(() -> PalmConfig.of(json(config)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }
}
