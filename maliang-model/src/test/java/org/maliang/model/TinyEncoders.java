package org.maliang.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.maliang.model.head.TaskModel;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Encoders of all families, at sizes the golden files do not have. */
final class TinyEncoders {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String LIKE_BERT = "\"vocab_size\":31,\"hidden_size\":15,\"num_hidden_layers\":2,"
            + "\"num_attention_heads\":3,\"intermediate_size\":22,\"max_position_embeddings\":14,"
            + "\"initializer_range\":0.3";
    private static final String LAYOUT = "\"vocab_size\":31,\"hidden_size\":24,\"num_hidden_layers\":2,"
            + "\"num_attention_heads\":3,\"intermediate_size\":22,\"max_position_embeddings\":14,"
            + "\"initializer_range\":0.3,\"coordinate_size\":4,\"shape_size\":4,\"input_size\":8,\"patch_size\":4,"
            + "\"max_2d_position_embeddings\":1001";

    /** Tiny configurations, by class name without what it is for. */
    private static final Map<String, String> FAMILIES = Map.of(
            "Bert", "\"model_type\":\"bert\"," + LIKE_BERT,
            "Roberta", "\"model_type\":\"roberta\"," + LIKE_BERT,
            "XLMRoberta", "\"model_type\":\"xlm-roberta\"," + LIKE_BERT,
            "Ernie", "\"model_type\":\"ernie\",\"use_task_id\":true," + LIKE_BERT,
            "Electra", "\"model_type\":\"electra\",\"embedding_size\":8," + LIKE_BERT,
            "MegatronBert", "\"model_type\":\"megatron-bert\"," + LIKE_BERT,
            "Albert",
                    "\"model_type\":\"albert\",\"embedding_size\":8,\"num_hidden_groups\":2,\"inner_group_num\":2,"
                            + LIKE_BERT.replace("layers\":2", "layers\":3"),
            "DistilBert",
                    "\"model_type\":\"distilbert\",\"vocab_size\":31,\"dim\":15,\"n_layers\":2,\"n_heads\":3,"
                            + "\"hidden_dim\":22,\"max_position_embeddings\":14,\"initializer_range\":0.3",
            "LayoutLMv3", "\"model_type\":\"layoutlmv3\"," + LAYOUT);

    private static final String[] TEXT_HEADS = {
        "Model",
        "ForMaskedLM",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
        "ForMultipleChoice",
        "ForPreTraining",
        "ForNextSentencePrediction"
    };

    static ObjectNode config(String architecture, String... more) throws Exception {
        String family = FAMILIES.keySet().stream()
                .filter(architecture::startsWith)
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
        ObjectNode config = (ObjectNode) JSON.readTree("{" + FAMILIES.get(family) + "}");
        config.putArray("architectures").add(architecture);
        for (String pair : more) {
            config.set(pair.split("=", 2)[0], JSON.readTree(pair.split("=", 2)[1]));
        }
        return config;
    }

    static Stream<String> architectures() {
        return FAMILIES.keySet().stream()
                .sorted()
                .flatMap(family -> Stream.of(TEXT_HEADS).map(head -> family + head))
                .filter(TinyEncoders::exists);
    }

    private static boolean exists(String name) {
        if (name.endsWith("ForPreTraining")) {
            return name.matches("(Bert|Ernie|Electra|MegatronBert|Albert).*");
        }
        if (name.endsWith("ForNextSentencePrediction")) {
            return name.matches("(Bert|Ernie|MegatronBert).*");
        }
        return !name.matches("LayoutLMv3(ForMaskedLM|ForMultipleChoice)");
    }

    static EncoderInput input() {
        return EncoderInput.of(Tensor.of(new long[] {5, 9, 12, 7, 3, 8, 30, 2, 2, 6}, 2, 5));
    }

    static Encoder encoder(Model model) {
        return model instanceof TaskModel task ? task.encoder() : (Encoder) model;
    }

    static float[] hidden(Model model, EncoderInput input) {
        try (Scope scope = Scope.open()) {
            return encoder(model).hidden(input).toFloats();
        }
    }

    private TinyEncoders() {}
}
