package org.maliang.model.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.PrunedVocabulary;

/**
 * Makes a model smaller by the words it will not need: their rows leave the embedding and the head. Scores of the words
 * that stay are what they were.
 *
 * @param files the model; stays the caller's
 * @param vocabulary what stays
 */
public record VocabularyCut(ModelFiles files, PrunedVocabulary vocabulary) {
    private static final String SIZE = "vocab_size";

    /** Writes the smaller model with its tokenizer. */
    public void write(Path target) {
        ObjectNode config = files.config().deepCopy();
        int before = config.path(SIZE).asInt();
        config.put(SIZE, vocabulary.size());
        renumber(config);
        ObjectNode wishes = files.generationConfig().deepCopy();
        renumber(wishes);
        var writer = ModelDirectory.writer(target).config(config).weights(weights(before), Optional.empty());
        if (!wishes.isEmpty()) {
            writer.generationConfig(wishes);
        }
        writer.write();
        vocabulary.write(target);
    }

    /** Token ids in a configuration have new numbers, too. */
    private void renumber(ObjectNode config) {
        List<String> keys = new ArrayList<>();
        config.fieldNames().forEachRemaining(keys::add);
        for (String key : keys) {
            JsonNode value = config.get(key);
            if (key.endsWith("_token_id") && value instanceof ArrayNode several) {
                for (int i = 0; i < several.size(); i++) {
                    several.set(i, vocabulary.renumber(new int[] {several.get(i).intValue()})[0]);
                }
            } else if (key.endsWith("_token_id") && value.isInt() && value.intValue() >= 0) {
                config.put(key, vocabulary.renumber(new int[] {value.intValue()})[0]);
            }
        }
    }

    /** Tensors that grow with the vocabulary are the ones to cut; where they grow is where. */
    private Weights weights(int before) {
        Map<String, long[]> shapes = Models.shapes(files.config());
        Map<String, long[]> larger = Models.shapes(files.config().deepCopy().put(SIZE, before + 1));
        Weights all = Models.canonical(files);
        DerivedWeights cut = new DerivedWeights(all);
        for (String name : all.names()) {
            int dimension = Arrays.mismatch(shapes.get(name), larger.get(name));
            if (dimension < 0) {
                cut.add(name, all, name);
            } else {
                TensorInfo info = all.info(name);
                List<Long> shape = new ArrayList<>(info.shape());
                shape.set(dimension, (long) vocabulary.size());
                cut.add(name, info.dtype(), shape, () -> all.tensor(name).indexSelect(dimension, rows()));
            }
        }
        return cut;
    }

    private Tensor rows() {
        return Tensor.of(Arrays.stream(vocabulary.oldIds()).asLongStream().toArray(), vocabulary.size());
    }
}
