package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/**
 * Few positions pass through Java's heap: of a model of 4 bits as in training, where they pass through LibTorch alone, and of one in
 * bfloat16 as of the same in F32.
 */
class FewRowsTest {

    private static final String WIDE = "'vocab_size':48,'hidden_size':64,'num_hidden_layers':2,'num_attention_heads':4,"
            + "'intermediate_size':96,'max_position_embeddings':48,'initializer_range':0.15";
    private static final int CAPACITY = 32;

    @TempDir
    Path directory;

    /** Some texts that have been read, each with a cache of its own in one tensor, and what goes on. */
    private record Texts(Tensor memory, List<KvCache> caches) {

        static Texts of(Decoder decoder, DType cacheType, int... lengths) {
            DecoderConfig config = decoder.config();
            Tensor memory = Tensor.zeros(
                    cacheType, lengths.length, config.layers(), 2, config.keyValueHeads(), CAPACITY, config.headSize());
            List<KvCache> caches = new ArrayList<>();
            for (int row = 0; row < lengths.length; row++) {
                KvCache cache = KvCache.over(memory.select(0, row));
                Tensor read = Tensor.arange(lengths[row]).add(5).view(1, lengths[row]);
                decoder.hidden(Input.of(read).withCache(cache).training());
                caches.add(cache);
            }
            return new Texts(memory, caches);
        }

        /** One more token for each of the first three. */
        Input ones(boolean mixed) {
            return Input.rows(
                    Tensor.of(new long[] {7, 31, 2}, 3, 1),
                    KvCache.beside(memory.narrow(0, 0, 3), caches.subList(0, 3), mixed));
        }

        /** Three more for the fourth. */
        Input piece() {
            return Input.of(Tensor.of(new long[] {9, 8, 40}, 1, 3)).withCache(caches.get(3));
        }

        Input one(boolean mixed) {
            return Input.rows(
                    Tensor.of(new long[] {12}, 1, 1),
                    KvCache.beside(memory.narrow(0, 1, 1), caches.subList(1, 2), mixed));
        }
    }

    private static void assertClose(Tensor found, Tensor expected, double bound) {
        assertThat(found.shape()).isEqualTo(expected.shape());
        assertThat(found.sub(expected).norm().item() / expected.norm().item()).isLessThan(bound);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model_type':'gpt2','vocab_size':48,'n_positions':48,'n_embd':64,'n_layer':2,'n_head':4,"
                        + "'initializer_range':0.15}",
                "{'model_type':'llama','num_key_value_heads':2,'mlp_bias':true," + WIDE + "}",
                "{'model_type':'qwen3','num_key_value_heads':2,'head_dim':32," + WIDE + "}",
                "{'model_type':'mistral','num_key_value_heads':1,'sliding_window':5," + WIDE + "}",
                "{'model_type':'gpt_neox','rotary_pct':0.5," + WIDE + "}",
                "{'model_type':'gpt_neox','use_parallel_residual':false,'rotary_pct':0.5," + WIDE + "}",
                "{'model_type':'bloom','vocab_size':48,'hidden_size':64,'n_layer':2,'n_head':4,'initializer_range':0.15}",
                "{'model_type':'opt','ffn_dim':96,'word_embed_proj_dim':32,'do_layer_norm_before':true," + WIDE + "}",
                "{'model_type':'gpt_neo','vocab_size':48,'hidden_size':64,'num_layers':2,'num_heads':4,"
                        + "'attention_types':[[['global','local'],1]],'max_position_embeddings':48,'window_size':4,"
                        + "'initializer_range':0.15}",
                "{'model_type':'gptj','vocab_size':48,'n_embd':64,'n_layer':2,'n_head':4,'rotary_dim':8,"
                        + "'n_positions':48,'initializer_range':0.15}",
            })
    void heapAndLibTorchAgree(String shape) throws IOException {
        var config = (ObjectNode) new ObjectMapper().readTree(shape.replace('\'', '"'));
        for (String name : List.of(
                "resid_pdrop",
                "embd_pdrop",
                "attn_pdrop",
                "attention_dropout",
                "hidden_dropout",
                "resid_dropout",
                "embed_dropout",
                "dropout",
                "layerdrop")) {
            config.put(name, 0.0);
        }
        try (Decoder whole = Models.decoder(config, 3)) {
            Models.save(whole, directory, DType.BF16).write();
        }
        try (Decoder four = load(WeightKind.INT4);
                Decoder sixteen = load(WeightKind.BF16);
                Decoder exact = Models.decoder(directory)) {
            assumeThat(four.ownThreads(1)).isTrue();
            compare(four, four, DType.F32, 3e-3);
            compare(sixteen, exact, DType.F32, 1e-5);
            compare(four, four, DType.BF16, 6e-3);
            compare(sixteen, exact, DType.BF16, 2e-3); // numbers between two of bfloat16 may go to either
        }
    }

    private Decoder load(WeightKind kind) {
        try (ModelFiles files = ModelFiles.open(directory)) {
            return Models.decoder(files, Placement.CPU.withMatrices(Optional.of(kind)));
        }
    }

    private static void compare(Decoder decoder, Decoder expected, DType cacheType, double bound) {
        try (Autograd.Guard frozen = Autograd.noGrad();
                Scope scope = Scope.open()) {
            boolean mixed = decoder.mixesLengths();
            int[] lengths = mixed ? new int[] {3, 18, 9, 4} : new int[] {9, 9, 9, 4};
            Texts heap = Texts.of(expected, cacheType, lengths);
            Texts libTorch = Texts.of(expected, cacheType, lengths);
            Tensor ones = expected.hidden(libTorch.ones(mixed).training());
            Tensor piece = expected.hidden(libTorch.piece().training());
            assertClose(
                    decoder.hidden(Input.beside(List.of(heap.ones(mixed), heap.piece()))),
                    Tensor.cat(List.of(ones.transpose(0, 1), piece), 1),
                    bound);
            assertClose(
                    decoder.hidden(heap.one(mixed)),
                    expected.hidden(libTorch.one(mixed).training()),
                    bound);
            assertClose(heap.memory.to(DType.F32), libTorch.memory.to(DType.F32), bound);
        }
    }
}
