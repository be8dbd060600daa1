package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.head.DecoderClassifier;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Decoders in shapes that the golden files do not have. */
class DecoderFamiliesTest {

    private static final String SHAPE =
            "'vocab_size':40,'hidden_size':24,'num_hidden_layers':3,'num_attention_heads':6,"
                    + "'intermediate_size':20,'max_position_embeddings':16,'initializer_range':0.3";
    private static final int TIME = 12;
    private static final long[] IDS = {
        5, 9, 31, 7, 7, 22, 14, 3, 38, 6, 11, 27, 30, 4, 4, 19, 25, 8, 33, 12, 36, 10, 21, 17,
    };

    private static int threads;

    @BeforeAll
    static void oneThread() {
        threads = Threads.threads();
        Threads.threads(1); // models this small wait for each other's threads
    }

    @AfterAll
    static void restoreThreads() {
        Threads.threads(threads);
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private static JsonNode shape(String family, String more) throws Exception {
        return json("{'model_type':'" + family + "'," + SHAPE + more + "}");
    }

    /** All families, with odd head counts, shared heads, windows and scaled positions. */
    static List<String> shapes() {
        String gpt = "'vocab_size':40,'n_embd':24,'n_layer':2,'n_head':3,'n_positions':16,'initializer_range':0.3";
        return List.of(
                "{'model_type':'llama'," + SHAPE + ",'num_key_value_heads':3,'attention_bias':true,'mlp_bias':true}",
                "{'model_type':'llama'," + SHAPE + ",'num_key_value_heads':1,'head_dim':10,'tie_word_embeddings':true}",
                "{'model_type':'llama'," + SHAPE + ",'head_dim':8,'rope_scaling':{'rope_type':'llama3','factor':8.0,"
                        + "'low_freq_factor':1.0,'high_freq_factor':4.0,'original_max_position_embeddings':12}}",
                "{'model_type':'llama'," + SHAPE + ",'head_dim':8,'rope_scaling':{'type':'yarn','factor':4.0,"
                        + "'original_max_position_embeddings':16}}",
                "{'model_type':'mistral'," + SHAPE + ",'num_key_value_heads':2,'sliding_window':3}",
                "{'model_type':'qwen2'," + SHAPE + ",'num_key_value_heads':2,'use_sliding_window':true,"
                        + "'sliding_window':4,'max_window_layers':1}",
                "{'model_type':'qwen3'," + SHAPE + ",'num_key_value_heads':3,'head_dim':8}",
                "{'model_type':'bloom','vocab_size':40,'hidden_size':28,'n_layer':2,'n_head':7,'initializer_range':0.3,"
                        + "'apply_residual_connection_post_layernorm':true}",
                "{'model_type':'gpt2'," + gpt + "}",
                "{'model_type':'gptj'," + gpt + ",'rotary_dim':null}",
                "{'model_type':'gpt_neox'," + SHAPE + ",'use_parallel_residual':false,'rotary_pct':0.5,"
                        + "'attention_bias':false}",
                "{'model_type':'gpt_neo','vocab_size':40,'hidden_size':24,'num_layers':3,'num_heads':3,'window_size':3,"
                        + "'attention_types':[[['local','global','local'],1]],'max_position_embeddings':16,"
                        + "'initializer_range':0.3}",
                "{'model_type':'opt','vocab_size':40,'hidden_size':24,'num_hidden_layers':2,'num_attention_heads':3,"
                        + "'ffn_dim':30,'max_position_embeddings':16,'word_embed_proj_dim':10,'enable_bias':false,"
                        + "'init_std':0.3}",
                "{'model_type':'opt','vocab_size':40,'hidden_size':24,'num_hidden_layers':2,'num_attention_heads':3,"
                        + "'ffn_dim':30,'max_position_embeddings':16,'do_layer_norm_before':false,'init_std':0.3}");
    }

    private static float[] logits(Decoder model, Input input) {
        return model.logits(model.hidden(input)).toFloats();
    }

    private static Tensor ids() {
        return Tensor.of(IDS, 2, TIME);
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("number " + i).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void readsInPiecesAsAtOnce(String shape) throws Exception {
        try (Decoder model = Models.decoder(json(shape), 7);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                KvCache cache = model.cache(2, TIME)) {
            Tensor whole = model.logits(model.hidden(Input.of(ids()))); // [batch, time, vocabulary]
            int start = 0;
            for (int length : new int[] {5, 3, 1, 1, 2}) {
                Input piece = Input.of(ids().narrow(1, start, length)).withCache(cache);
                assertClose(
                        logits(model, piece),
                        whole.narrow(1, start, length).contiguous().toFloats());
                start += length;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void paddingOnTheLeftChangesNothing(String shape) throws Exception {
        try (Decoder model = Models.decoder(json(shape), 7);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            long[] mask = new long[TIME];
            long[] positions = new long[TIME];
            for (int i = 4; i < TIME; i++) {
                mask[i] = 1;
                positions[i] = i - 4L;
            }
            Input padded = Input.of(Tensor.of(Arrays.copyOf(IDS, TIME), 1, TIME))
                    .withMask(Tensor.of(mask, 1, TIME))
                    .withPositions(Tensor.of(positions, 1, TIME));
            Tensor seen = model.logits(model.hidden(padded)).narrow(1, 4, TIME - 4);
            Input plain = Input.of(Tensor.of(Arrays.copyOfRange(IDS, 4, TIME), 1, TIME - 4));
            assertClose(seen.contiguous().toFloats(), logits(model, plain));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void savedAndLoadedItIsTheSame(String shape, @TempDir Path directory) throws Exception {
        try (Decoder model = Models.decoder(json(shape), 7);
                Scope scope = Scope.open()) {
            Models.save(model, directory.resolve("m")).write();
            try (Decoder again = Models.decoder(directory.resolve("m"))) {
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(logits(again, Input.of(ids()))).isEqualTo(logits(model, Input.of(ids())));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama   | 99,99,99 | ,'num_key_value_heads':3",
                "llama   | 99,99,99 | ,'num_key_value_heads':1,'head_dim':10,'tie_word_embeddings':true",
                "mistral | 3,3,3    | ,'num_key_value_heads':2,'sliding_window':3",
                "qwen2   | 99,4,4   | ,'num_key_value_heads':2,'use_sliding_window':true,'sliding_window':4,'max_window_layers':1",
                "qwen3   | 99,99,5  | ,'num_key_value_heads':3,'head_dim':8,'use_sliding_window':true,'sliding_window':5,"
                        + "'layer_types':['full_attention','full_attention','sliding_attention']",
            })
    void equalsTheSlowModel(String family, String windows, String more) throws Exception {
        int[] window =
                Arrays.stream(windows.split(",")).mapToInt(Integer::parseInt).toArray();
        try (Decoder model = Models.decoder(shape(family, more), 7);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            model.parameters().forEach((name, tensor) -> {
                if (name.endsWith(".bias") || name.endsWith("_norm.weight")) {
                    tensor.addInPlace(
                            Tensor.arange(tensor.elements()).to(DType.F32).mul(0.05)); // zeros and ones prove nothing
                }
            });
            double[][] slow = SlowLlama.of(model, 10000, window).logits(Arrays.copyOf(IDS, TIME));
            float[] expected = new float[slow.length * slow[0].length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (float) slow[i / slow[0].length][i % slow[0].length];
            }
            assertClose(logits(model, Input.of(Tensor.of(Arrays.copyOf(IDS, TIME), 1, TIME))), expected);
        }
    }

    /** Fresh biases are zero, and a window as wide as the text hides nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen2   | ,'num_key_value_heads':2",
                "mistral | ,'num_key_value_heads':2,'sliding_window':12",
            })
    void isLlamaButForWhatItAdds(String family, String more) throws Exception {
        try (Decoder relative = Models.decoder(shape(family, more), 7);
                Decoder llama = Models.decoder(shape("llama", ",'num_key_value_heads':2"), 7);
                Scope scope = Scope.open()) {
            assertClose(logits(relative, Input.of(ids())), logits(llama, Input.of(ids())));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void classifiesByTheLastToken(String shape, @TempDir Path directory) throws Exception {
        ObjectNode config = (ObjectNode) json(shape);
        config.putArray("architectures").add("XForSequenceClassification");
        config.put("pad_token_id", 0);
        ObjectNode labels = config.putObject("id2label");
        for (int i = 0; i < 3; i++) {
            labels.put(Integer.toString(i), "label " + i);
        }
        try (DecoderClassifier model = (DecoderClassifier) Models.create(config, 7);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            long[] padded = Arrays.copyOf(Arrays.copyOf(IDS, 9), TIME); // ends with padding
            Tensor whole = model.logits(Input.of(Tensor.of(padded, 1, TIME)));
            Tensor alone = model.logits(Input.of(Tensor.of(Arrays.copyOf(IDS, 9), 1, 9)));
            assertThat(whole.shape()).containsExactly(1, 3);
            assertClose(whole.toFloats(), alone.toFloats());
            Models.save(model, directory.resolve("m")).write();
            try (Model again = Models.load(directory.resolve("m"))) {
                Tensor loaded = ((DecoderClassifier) again).logits(Input.of(Tensor.of(padded, 1, TIME)));
                assertThat(loaded.toFloats()).isEqualTo(whole.toFloats());
            }
        }
    }

    @Test
    void readsTheFirstOfSeveralEnds() throws Exception {
        try (Decoder model = Models.decoder(shape("llama", ",'eos_token_id':[4,5]"), 1)) {
            assertThat(model.config().eosId()).isEqualTo(OptionalInt.of(4));
        }
    }

    @Test
    void scaledPositionsReachFurther() throws Exception {
        JsonNode config = shape("llama", ",'rope_scaling':{'type':'linear','factor':4.0}");
        try (Decoder model = Models.decoder(config, 1)) {
            GenerationOptions options =
                    GenerationOptions.defaults().withTemperature(0).withMaxTokens(40);
            TokenGenerator generator = new TokenGenerator(model).endingWith(OptionalInt.empty());
            assertThat(generator
                            .write(List.of(new int[] {5, 6, 7}), options)
                            .get(0)
                            .ids())
                    .hasSize(40);
        }
    }

    @Test
    void lookingUpPaddingTeachesNothing() throws Exception {
        try (Decoder model = Models.decoder(shape("llama", ",'pad_token_id':0"), 1);
                Scope scope = Scope.open()) {
            model.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
            Tensor hidden = model.hidden(Input.of(Tensor.of(new long[] {5, 0, 7, 8}, 1, 4)));
            Tensor targets = Tensor.of(new long[] {0, 7, 8, 9}, 4);
            model.loss(hidden.flatten(0, 1), targets, -100).backward();
            Tensor gradient =
                    model.parameters().get("model.embed_tokens.weight").grad();
            assertThat(gradient.select(0, 0).norm().item()).isZero();
            assertThat(gradient.select(0, 5).norm().item()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void takesAMaskForEveryPair(String shape) throws Exception {
        try (Decoder model = Models.decoder(json(shape), 7);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor causal = Tensor.ones(DType.I64, 2, TIME, TIME).tril(0);
            assertClose(logits(model, Input.of(ids()).withMask(causal)), logits(model, Input.of(ids())));
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> Models.decoder(
                        shape(
                                "qwen3",
                                ",'head_dim':8,'use_sliding_window':true,"
                                        + "'layer_types':['full_attention','full_attention','chunked_attention']"),
                        1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("chunked_attention");
        assertThatThrownBy(() ->
                        Models.decoder(shape("gpt_neox", ",'rope_parameters':{'rope_type':'linear','factor':2.0}"), 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("linear");
        assertThatThrownBy(() -> Models.decoder(shape("llama", ",'rope_scaling':{'type':'longrope'}"), 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("longrope");
        assertThatThrownBy(() -> Models.decoder(shape("llama", ",'num_key_value_heads':4"), 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("num_key_value_heads 4");
    }
}
