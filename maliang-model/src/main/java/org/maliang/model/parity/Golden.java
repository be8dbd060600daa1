package org.maliang.model.parity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.ModelException;

/**
 * A model directory with the file {@code golden.json}, in which a reference implementation wrote down what it computes.
 *
 * @param modelClass the class of the reference implementation, such as {@code GPT2LMHeadModel}
 */
record Golden(
        ModelDirectory directory,
        String modelClass,
        List<ForwardCase> forward,
        List<TrainingCase> training,
        List<GenerationCase> generation) {

    private static final String FILE = "golden.json";
    private static final String FORMAT = "hf-golden/1";

    static Golden read(Path path) {
        if (!Files.isRegularFile(path.resolve(FILE))) {
            throw new ModelException(path + " has no " + FILE
                    + ": name a directory with a model and what a reference implementation made of it");
        }
        ModelDirectory directory = ModelDirectory.open(path);
        GoldenNode node = new GoldenNode(directory.json(FILE), path.resolve(FILE) + ": ");
        if (!node.at("format").text().equals(FORMAT)) {
            throw node.wrong("has format \"" + node.at("format").text() + "\", not \"" + FORMAT + "\"");
        }
        return new Golden(
                directory,
                node.at("model_class").text(),
                node.list("forward", ForwardCase::of),
                node.list("training", TrainingCase::of),
                node.list("generation", GenerationCase::of));
    }
}
