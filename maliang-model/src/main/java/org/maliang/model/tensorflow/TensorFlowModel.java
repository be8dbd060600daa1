package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.numpy.Numpy;
import org.maliang.checkpoint.tensorflow.TensorFlowCheckpoint;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;

/**
 * A checkpoint of TensorFlow, or an {@code .npz} under the same names, as a model of Hugging Face: EleutherAI's GPT-Neo,
 * OpenAI's GPT-2, CPM-LM-TF2, Google's BERT and T5. A configuration that is Hugging Face's own is taken as it is.
 *
 * @param place where its other files are
 * @param config Hugging Face's
 * @param weights under Hugging Face's names; owned
 */
public record TensorFlowModel(Path place, ObjectNode config, Weights weights) {

    private static final List<Layout> LAYOUTS =
            List.of(new NeoLayout(), new Gpt2Layout(), new CpmLayout(), new BertLayout(), new T5Layout());
    private static final List<String> HEADS = List.of("n_head", "num_attention_heads", "num_heads");
    private static final List<String> WIDTHS = List.of("n_embd", "hidden_size", "d_model");
    private static final String NUMPY = ".npz";
    private static final String MAIN = "config.json";

    /** Whether there is a checkpoint of TensorFlow, or one {@code .npz}, at a place. */
    public static boolean isAt(Path path) {
        return TensorFlowCheckpoint.isAt(path) || archive(path).isPresent();
    }

    /**
     * Opens a prefix, an {@code .index}, an {@code .npz}, a directory with one of them, or a SavedModel.
     *
     * @param heads of the attention, where no configuration beside the weights says
     * @throws ModelException if its names are of no program that is known here, a tensor is missing or superfluous, or
     *     nobody says how many heads there are
     */
    public static TensorFlowModel open(Path path, OptionalInt heads) {
        Path place = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        Weights stored = stored(path);
        try {
            Layout layout = LAYOUTS.stream()
                    .filter(one -> one.knows(stored))
                    .findFirst()
                    .orElseThrow(() -> unknown(stored));
            ConfigReader given = new ConfigReader(configuration(Objects.requireNonNull(place)));
            Weights weights = layout.names(given, stored).apply(stored, layout.title());
            return new TensorFlowModel(place, config(layout, given, weights, heads), weights);
        } catch (RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    private static Weights stored(Path path) {
        Optional<Path> archive = archive(path);
        if (archive.isEmpty()) {
            return TensorFlowCheckpoint.open(path).underVariableNames();
        }
        Weights arrays = Numpy.open(archive.get());
        DerivedWeights named = new DerivedWeights(arrays);
        for (String name : arrays.names()) {
            named.add(name.replaceFirst(":0$", ""), arrays, name); // as variables call themselves
        }
        return named;
    }

    private static Optional<Path> archive(Path path) {
        if (!Files.isDirectory(path)) {
            return Optional.of(path).filter(file -> file.toString().endsWith(NUMPY) && Files.isRegularFile(file));
        }
        List<Path> found = files(path, NUMPY);
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static ModelException unknown(Weights stored) {
        return new UnsupportedModelException(stored.source() + ": its names, such as \""
                + stored.names().stream().findFirst().orElse("") + "\", are of none of "
                + LAYOUTS.stream().map(Layout::title).toList());
    }

    /** The first JSON file that speaks of a width: {@code bert_config.json}, {@code hparams.json} and so on. */
    private static ObjectNode configuration(Path place) {
        List<Path> files = files(place, ".json").stream()
                .sorted((a, b) -> Boolean.compare(b.endsWith(MAIN), a.endsWith(MAIN)))
                .toList();
        for (Path file : files) {
            try {
                ObjectNode json = ModelDirectory.json(place, String.valueOf(file.getFileName()));
                if (WIDTHS.stream().anyMatch(json::hasNonNull)) {
                    return json;
                }
            } catch (CheckpointException e) {
                if (file.endsWith(MAIN)) {
                    throw e; // the others need not be objects
                }
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static List<Path> files(Path directory, String ending) {
        try (var all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new ModelException(directory + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    private static ObjectNode config(Layout layout, ConfigReader given, Weights weights, OptionalInt heads) {
        if (given.config().hasNonNull("model_type")) {
            return given.config().deepCopy();
        }
        int stated = HEADS.stream()
                .filter(given.config()::hasNonNull)
                .findFirst()
                .map(given::count)
                .orElse(0);
        return layout.config(given, weights, heads.orElse(stated));
    }

    /** The error for models whose heads nobody counts. */
    static int required(int heads) {
        if (heads == 0) {
            throw new ModelException(
                    "nothing beside the weights says how many heads the attention has: --heads N does");
        }
        return heads;
    }

    /** Size of a dimension of a tensor. */
    static int size(Weights weights, String name, int dimension) {
        return weights.info(name).shape().get(dimension).intValue();
    }
}
