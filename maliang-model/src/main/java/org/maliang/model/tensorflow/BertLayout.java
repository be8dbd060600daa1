package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;

/**
 * Google's BERT (github.com/google-research/bert), which most Chinese BERTs were trained with: {@code bert_model.ckpt} with
 * {@code bert_config.json}. The heads that {@code run_classifier.py} and {@code run_squad.py} train are read, too.
 */
final class BertLayout implements Layout {
    private static final String LAYER = "bert/encoder/layer_%d/";
    private static final String BODY = "bert.encoder.layer.%d.";
    private static final String TOKENS = "bert.embeddings.word_embeddings.weight";

    @Override
    public String title() {
        return "BERT of Google";
    }

    @Override
    public boolean knows(Weights stored) {
        return stored.names().contains(LAYER.formatted(0) + "attention/self/query/kernel");
    }

    @Override
    public NameTable names(ConfigReader given, Weights stored) {
        List<Rule> whole = new ArrayList<>();
        for (String table : List.of("word_embeddings", "position_embeddings", "token_type_embeddings")) {
            whole.add(Rule.table("bert.embeddings." + table + ".weight", "bert/embeddings/" + table));
        }
        norm(whole, "bert.embeddings.LayerNorm", "bert/embeddings/LayerNorm");
        dense(whole, "bert.pooler.dense", "bert/pooler/dense");
        dense(whole, "cls.predictions.transform.dense", "cls/predictions/transform/dense");
        norm(whole, "cls.predictions.transform.LayerNorm", "cls/predictions/transform/LayerNorm");
        whole.add(Rule.vector("cls.predictions.bias", "cls/predictions/output_bias"));
        output(whole, "cls.seq_relationship", "cls/seq_relationship/");
        output(whole, "qa_outputs", "cls/squad/");
        output(whole, "classifier", "");
        List<Rule> layer = new ArrayList<>();
        for (String part : List.of("query", "key", "value")) {
            dense(layer, BODY + "attention.self." + part, LAYER + "attention/self/" + part);
        }
        dense(layer, BODY + "attention.output.dense", LAYER + "attention/output/dense");
        norm(layer, BODY + "attention.output.LayerNorm", LAYER + "attention/output/LayerNorm");
        dense(layer, BODY + "intermediate.dense", LAYER + "intermediate/dense");
        dense(layer, BODY + "output.dense", LAYER + "output/dense");
        norm(layer, BODY + "output.LayerNorm", LAYER + "output/LayerNorm");
        // Heads come and go; what stands in one place in every BERT is asked for.
        List<Rule> asked = whole.stream()
                .map(rule -> rule.name().startsWith("bert.embeddings.") ? rule : rule.optional())
                .toList();
        return new NameTable(asked, List.of(new NameTable.Stack(LAYER + "attention/self/query/kernel", layer)));
    }

    private static void dense(List<Rule> rules, String name, String source) {
        rules.add(Rule.turned(name + ".weight", source + "/kernel"));
        rules.add(Rule.vector(name + ".bias", source + "/bias"));
    }

    private static void norm(List<Rule> rules, String name, String source) {
        rules.add(Rule.vector(name + ".weight", source + "/gamma"));
        rules.add(Rule.vector(name + ".bias", source + "/beta"));
    }

    /** The program multiplies by the transpose of these. */
    private static void output(List<Rule> rules, String name, String source) {
        rules.add(Rule.table(name + ".weight", source + "output_weights"));
        rules.add(Rule.vector(name + ".bias", source + "output_bias"));
    }

    @Override
    public ObjectNode config(ConfigReader given, Weights weights, int heads) {
        ObjectNode config = given.config().deepCopy();
        config.putArray("architectures").add(architecture(weights.names()));
        config.put("model_type", "bert").put("num_attention_heads", TensorFlowModel.required(heads));
        putIfAbsent(config, "vocab_size", TensorFlowModel.size(weights, TOKENS, 0));
        putIfAbsent(config, "hidden_size", TensorFlowModel.size(weights, TOKENS, 1));
        putIfAbsent(
                config,
                "max_position_embeddings",
                TensorFlowModel.size(weights, "bert.embeddings.position_embeddings.weight", 0));
        putIfAbsent(
                config,
                "type_vocab_size",
                TensorFlowModel.size(weights, "bert.embeddings.token_type_embeddings.weight", 0));
        putIfAbsent(
                config,
                "intermediate_size",
                TensorFlowModel.size(weights, "bert.encoder.layer.0.intermediate.dense.weight", 0));
        putIfAbsent(config, "num_hidden_layers", NameTable.count(weights, BODY + "output.dense.weight"));
        if (weights.names().contains("classifier.weight")) {
            config.put("num_labels", TensorFlowModel.size(weights, "classifier.weight", 0));
        }
        return config;
    }

    private static void putIfAbsent(ObjectNode config, String key, int value) {
        if (!config.hasNonNull(key)) {
            config.put(key, value);
        }
    }

    private static String architecture(Set<String> names) {
        boolean words = names.contains("cls.predictions.bias");
        if (names.contains("classifier.weight")) {
            return "BertForSequenceClassification";
        }
        if (names.contains("qa_outputs.weight")) {
            return "BertForQuestionAnswering";
        }
        if (words && names.contains("cls.seq_relationship.weight")) {
            return "BertForPreTraining";
        }
        return words ? "BertForMaskedLM" : "BertModel";
    }
}
