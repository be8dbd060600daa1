package org.maliang.model.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.numpy.Numpy;
import org.maliang.checkpoint.tensorflow.Bundle;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Model;
import org.maliang.model.ModelException;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.convert.Conversion;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.MaskedLm;
import org.maliang.model.head.Pretraining;
import org.maliang.model.head.QuestionAnswering;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Models under the names of programs of TensorFlow are what they are under Hugging Face's. */
class TensorFlowModelTest {

    private static final Tensor IDS =
            Scope.unowned(() -> Tensor.of(new long[] {5, 9, 12, 3, 7, 30, 39, 1, 8, 2, 11, 4}, 2, 6));

    @TempDir
    private Path directory;

    private Scope scope;
    private Autograd.Guard frozen;

    @BeforeEach
    void openScope() {
        Threads.threads(1);
        scope = Scope.open();
        frozen = Autograd.noGrad();
    }

    @AfterEach
    void closeScope() {
        frozen.close();
        scope.close();
    }

    static Stream<Program> programs() {
        return Stream.of(
                Program.NEO,
                Program.GPT2,
                Program.CPM,
                Program.BERT,
                Program.BERT.with("architectures", "['BertForMaskedLM']"),
                Program.BERT
                        .with("architectures", "['BertForSequenceClassification']")
                        .with("id2label", "{'0':'LABEL_0','1':'LABEL_1','2':'LABEL_2'}"),
                Program.BERT.with("architectures", "['BertForQuestionAnswering']"),
                Program.T5,
                Program.T5.with("feed_forward_proj", "'gated-gelu'").with("tie_word_embeddings", "false"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void bundlesAreModels(Program program) throws IOException {
        Map<String, Tensor> tensors = tensors(program);
        Path place = Files.createDirectories(directory.resolve("tf"));
        bundle(program.layOut(tensors)).write(place.resolve("model.ckpt-300"));
        Files.writeString(place.resolve(program.beside()), program.given().replace('\'', '"'));
        same(program, tensors, place);
        same(program, tensors, place.resolve("model.ckpt-300"));
        same(program, tensors, place.resolve("model.ckpt-300.index"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void archivesOfNumpyAreModels(Program program) throws IOException {
        Map<String, Tensor> tensors = tensors(program);
        Path place = Files.createDirectories(directory.resolve("np"));
        Map<String, Tensor> named = new LinkedHashMap<>();
        program.layOut(tensors).forEach((name, tensor) -> named.put(name + ":0", tensor));
        Numpy.write(place.resolve("weights.npz"), named);
        Files.writeString(place.resolve(program.beside()), program.given().replace('\'', '"'));
        same(program, tensors, place);
        same(program, tensors, place.resolve("weights.npz"));
    }

    /** Keras names tensors by objects; the names of the variables stand in the graph of objects. */
    @Test
    void savedModelsOfTensorFlow2AreModels() throws IOException {
        Map<String, Tensor> tensors = tensors(Program.CPM);
        Map<String, Tensor> named = new LinkedHashMap<>();
        Map<String, String> graph = new LinkedHashMap<>();
        Program.CPM.layOut(tensors).forEach((name, tensor) -> {
            String key = "variables/" + named.size() + "/.ATTRIBUTES/VARIABLE_VALUE";
            named.put(key, tensor);
            graph.put(key, name);
        });
        String rate = "optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE";
        String measure = "keras_api/metrics/0/total/.ATTRIBUTES/VARIABLE_VALUE";
        graph.put(rate, "SGD/learning_rate");
        graph.put(measure, "total");
        named.put(rate, Tensor.scalar(1, DType.F32));
        named.put(measure, Tensor.scalar(2, DType.F32));
        Path variables = Files.createDirectories(directory.resolve("cpm/variables"));
        bundle(named).graph(graph).write(variables.resolve("variables"));
        same(Program.CPM, tensors, directory.resolve("cpm"));
    }

    /** Mesh TensorFlow fills the embedding up, convolutions have a dimension of size 1, and half precision stays. */
    @Test
    void paddingAndEmptyDimensionsGo() throws IOException {
        Map<String, Tensor> tensors = tensors(Program.NEO);
        Map<String, Tensor> laid = Program.NEO.layOut(tensors);
        Tensor words = laid.get("gpt2/wte");
        laid.put("gpt2/wte", Tensor.cat(List.of(words, Tensor.ones(DType.F32, 8, 12)), 0));
        laid.computeIfPresent("gpt2/h0/mlp/conv1d_main/c_fc/kernel", (name, tensor) -> tensor.unsqueeze(0));
        laid.computeIfPresent("gpt2/h1/attn/q", (name, tensor) -> tensor.unsqueeze(1));
        laid.computeIfPresent("gpt2/h1/norm_1/g", (name, tensor) -> tensor.unsqueeze(0));
        bundle(laid).write(directory.resolve("model.ckpt-300"));
        Files.writeString(directory.resolve("config.json"), Program.NEO.given().replace('\'', '"'));
        same(Program.NEO, tensors, directory);
    }

    @Test
    void convertsToHuggingFaceAndTellsWhatItIs() throws IOException {
        Map<String, Tensor> tensors = tensors(Program.GPT2);
        bundle(Program.GPT2.layOut(tensors)).write(directory.resolve("model.ckpt"));
        Files.writeString(
                directory.resolve("hparams.json"), Program.GPT2.given().replace('\'', '"'));
        Files.writeString(directory.resolve("encoder.json"), "{\"a\":0}");
        Files.writeString(directory.resolve("vocab.bpe"), "#version: 0.2\n");
        Path target = directory.resolve("hf");
        try (ModelFiles files = ModelFiles.open(directory)) {
            new Conversion(files, Optional.empty()).toHuggingFace(target, Long.MAX_VALUE);
        }
        assertThat(target.resolve("vocab.json")).hasContent("{\"a\":0}");
        assertThat(target.resolve("merges.txt")).hasContent("#version: 0.2\n");
        try (Weights weights = SafeTensors.open(target.resolve("model.safetensors"))) {
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
            tensors.forEach((name, tensor) ->
                    assertThat(weights.tensor(name).eq(tensor).all()).as(name).isTrue());
        }
        assertThat(Models.info(directory).parameters())
                .isEqualTo(Models.info(target).parameters());
        assertThat(Models.load(target).config())
                .isEqualTo(Models.load(directory).config());
    }

    /** A configuration of Hugging Face's beside the weights says everything. */
    @Test
    void takesHuggingFacesConfiguration() throws IOException {
        Program program = Program.T5.with("relative_attention_max_distance", "9");
        Map<String, Tensor> tensors = tensors(program);
        bundle(program.layOut(tensors)).write(directory.resolve("model.ckpt"));
        Files.writeString(directory.resolve("config.json"), program.config().replace('\'', '"'));
        same(program, tensors, directory);
    }

    @Test
    void becomesAGgufFileAtOnce() throws IOException {
        Map<String, Tensor> ours = tensors(Program.GPT2);
        bundle(Program.GPT2.layOut(ours)).write(directory.resolve("model.ckpt"));
        Files.writeString(directory.resolve("config.json"), Program.GPT2.given().replace('\'', '"'));
        Path gguf = directory.resolve("m.gguf");
        try (ModelFiles files = ModelFiles.open(directory)) {
            new Conversion(files, Optional.empty()).toGguf(gguf, "f32");
        }
        try (Scope scope = Scope.open();
                ModelFiles back = ModelFiles.open(gguf)) {
            assertThat(back.weights().names())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(back.weights().tensor(name).toFloats())
                            .as(name)
                            .isEqualTo(ours.get(name).toFloats()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2/h1/attn/k", "gpt2/wpe", "gpt2/h0/norm_2/b"})
    void missingTensorsAreNamed(String name) throws IOException {
        Map<String, Tensor> laid = Program.NEO.layOut(tensors(Program.NEO));
        laid.remove(name);
        refused(Program.NEO, laid, ModelException.class, "model.ckpt.index: lacks \"" + name + "\"");
    }

    @Test
    void oddTensorsAreNamed() throws IOException {
        Map<String, Tensor> laid = Program.NEO.layOut(tensors(Program.NEO));
        Map<String, Tensor> extra = new LinkedHashMap<>(laid);
        extra.put("gpt2/h0/moe/wi", Tensor.ones(DType.F32, 2, 2));
        refused(
                Program.NEO,
                extra,
                ModelException.class,
                "no GPT-Neo of Mesh TensorFlow has, such as \"gpt2/h0/moe/wi\"");
        Map<String, Tensor> fewer = new LinkedHashMap<>(laid);
        fewer.put("gpt2/wte", Tensor.ones(DType.F32, 39, 12));
        refused(Program.NEO, fewer, ModelException.class, "\"gpt2/wte\" has 39 rows, the configuration asks for 40");
        Map<String, Tensor> cubes = new LinkedHashMap<>(laid);
        cubes.put("gpt2/h1/attn/q", Tensor.ones(DType.F32, 12, 3, 4));
        refused(Program.NEO, cubes, ModelException.class, "\"gpt2/h1/attn/q\" is F32 [12, 3, 4]");
        Map<String, Tensor> wide = new LinkedHashMap<>(laid);
        wide.put("gpt2/h1/attn/q", Tensor.ones(DType.F32, 12, 24));
        refused(Program.NEO, wide, ModelException.class, "[24, 12], config.json asks for [12, 12]");
        Map<String, Tensor> other = Map.of("net/w", Tensor.ones(DType.F32, 2));
        refused(Program.NEO, other, UnsupportedModelException.class, "its names, such as \"net/w\"");
        Map<String, Tensor> parts = Program.CPM.layOut(tensors(Program.CPM));
        parts.put("gpt/layer00/attention/key_layer/kernel", Tensor.ones(DType.F32, 80, 160));
        refused(
                Program.CPM,
                parts,
                ModelException.class,
                "\"gpt/layer00/attention/key_layer/kernel\" is F32 [80, 160]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'attention_types':[[['global','linear'],1]] -> linear",
                "'activation_function':'mish' -> mish",
                "'axial_pos_emb':[4,4] -> axial_pos_emb",
                "'moe_layers':[1] -> moe_layers",
                "'rezero':true -> rezero",
                "'attention_types':null -> attention_types",
                "'n_head':null -> --heads N"
            })
    void whatGptNeoCannotBeIsSaid(String change) throws IOException {
        String[] sides = change.split(" -> ");
        ObjectNode given = TinyEncoderDecoders.json(Program.NEO.given());
        given.setAll(TinyEncoderDecoders.json("{" + sides[0] + "}"));
        given.remove("vocab_size"); // which the helper adds
        Program odd = new Program(Program.NEO.config(), "config.json", given.toString(), Program.NEO.names());
        refused(odd, odd.layOut(tensors(odd)), ModelException.class, sides[1]);
    }

    @Test
    void headsMayBeSaidByTheOneWhoAsks() throws IOException {
        Map<String, Tensor> tensors = tensors(Program.GPT2);
        bundle(Program.GPT2.layOut(tensors)).write(directory.resolve("model.ckpt"));
        assertThatThrownBy(() -> Models.info(directory)).hasMessageContaining("--heads N");
        assertThat(Models.info(directory, OptionalInt.of(3)).config().heads()).isEqualTo(3);
        try (ModelFiles files = ModelFiles.open(directory, OptionalInt.of(3))) {
            compare(Program.GPT2, tensors, files);
        }
    }

    // ---------------------------------------------------------------- the twin

    private static Map<String, Tensor> tensors(Program program) {
        Random random = new Random(7);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Models.shapes(TinyEncoderDecoders.json(program.config())).forEach((name, shape) -> {
            float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian() / 3;
            }
            tensors.put(name, Tensor.of(numbers, shape));
        });
        return tensors;
    }

    private void same(Program program, Map<String, Tensor> tensors, Path foreign) {
        try (ModelFiles files = ModelFiles.open(foreign)) {
            compare(program, tensors, files);
        }
        assertThat(Models.info(foreign).parameters())
                .isEqualTo(tensors.values().stream().mapToLong(Tensor::elements).sum());
    }

    private void compare(Program program, Map<String, Tensor> tensors, ModelFiles files) {
        ObjectNode config = TinyEncoderDecoders.json(program.config());
        Path twin = directory.resolve("twin");
        ModelDirectory.writer(twin).config(config).weights(tensors).write();
        Model expected = Models.load(twin);
        Model loaded = Models.load(files, Placement.CPU);
        assertThat(loaded.config().toJson()).isEqualTo(expected.config().toJson());
        assertThat(loaded.parameters().keySet()).isEqualTo(expected.parameters().keySet());
        assertThat(outputs(loaded)).isNotEmpty().isEqualTo(outputs(expected));
    }

    private static float[] outputs(Model model) {
        return Tensor.cat(logits(model).stream().map(each -> each.reshape(-1)).toList(), 0)
                .toFloats();
    }

    private static List<Tensor> logits(Model model) {
        EncoderInput input = EncoderInput.of(IDS);
        if (model instanceof Decoder decoder) {
            return List.of(decoder.logits(decoder.hidden(Input.of(IDS))));
        }
        if (model instanceof EncoderDecoder both) {
            return List.of(both.logits(both.hidden(Input.of(IDS), both.remember(input))));
        }
        if (model instanceof Pretraining heads) {
            Tensor hidden = heads.encoder().hidden(input);
            return List.of(heads.wordLogits(hidden), heads.sentenceLogits(hidden, input));
        }
        if (model instanceof MaskedLm words) {
            return List.of(words.logits(words.encoder().hidden(input)));
        }
        if (model instanceof QuestionAnswering answers) {
            QuestionAnswering.Span span = answers.span(answers.encoder().hidden(input), input);
            return List.of(span.start(), span.end());
        }
        Classifier classifier = (Classifier) model;
        return List.of(classifier.logits(classifier.encoder().hidden(input), input));
    }

    // ---------------------------------------------------------------- writing

    private static Bundle bundle(Map<String, Tensor> tensors) {
        Bundle bundle = new Bundle();
        tensors.forEach((name, tensor) -> {
            var bytes = new ByteArrayOutputStream();
            tensor.contiguous().writeTo(Channels.newChannel(bytes));
            int type = tensor.dtype() == DType.I64 ? 9 : 1;
            bundle.tensor(name, name.length() % 2, type, bytes.toByteArray(), tensor.shape());
        });
        return bundle;
    }

    private void refused(Program program, Map<String, Tensor> laid, Class<?> type, String what) throws IOException {
        bundle(laid).write(directory.resolve("model.ckpt"));
        Files.writeString(directory.resolve(program.beside()), program.given().replace('\'', '"'));
        assertThatThrownBy(() -> Models.load(directory))
                .isInstanceOf(type)
                .hasMessageContaining(what)
                .hasMessageNotContaining("\n");
    }
}
