package org.maliang.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelInfo;
import org.maliang.model.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang info DIR}. */
@Command(name = "info", description = "Describe a model from its headers, without loading it.")
final class InfoCommand implements Callable<Integer> {
    private static final int BYTES_TO_LOAD = 4; // a parameter in F32
    private static final int BYTES_TO_TRAIN = 16; // parameter, gradient and AdamW's two moments in F32

    @Parameters(
            paramLabel = ModelArgument.LABEL,
            arity = "0..1",
            description = "The model: " + ModelArgument.FORMS + "; models/poet by default.")
    private @Nullable String model;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "How many heads the attention has, where the model does not say: CPM's shards do not.")
    private @Nullable Integer heads;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Path directory = model == null ? Home.defaultModel() : ModelArgument.path(model);
        ModelInfo info = Models.info(directory, ModelArgument.heads(heads));
        if (json) {
            printJson(info);
        } else {
            printTable(directory, info);
        }
        return 0;
    }

    private static void printJson(ModelInfo info) {
        ModelConfig config = info.config();
        Json.print(Json.object()
                .put("family", config.family())
                .put("parameters", info.parameters())
                .put("dtype", info.weightFormat())
                .put("context", config.contextLength())
                .put("vocabulary", config.vocabularySize())
                .put("layers", config.layers())
                .put("hidden", config.hiddenSize())
                .put("heads", config.heads())
                .put("bytes", info.bytes())
                .put("tokenizer", String.join(", ", info.tokenizerFiles()))
                .put("licence", info.licence())
                .put("bytes_to_load", bytesToLoad(info))
                .put("bytes_to_train", BYTES_TO_TRAIN * info.parameters()));
    }

    private static void printTable(Path directory, ModelInfo info) {
        ModelConfig config = info.config();
        row("model", "%s", directory);
        row("family", "%s", config.family());
        row("context", "%,d tokens", config.contextLength());
        row("vocabulary", "%,d", config.vocabularySize());
        row("layers", "%d of width %,d with %d heads", config.layers(), config.hiddenSize(), config.heads());
        row("parameters", "%,d in %s", info.parameters(), info.weightFormat());
        info.groups().forEach((group, count) -> row("", "%,15d  %4.1f %%  %s", count, share(count, info), group));
        row("tokenizer", "%s", orNone(String.join(", ", info.tokenizerFiles())));
        row("licence", "%s", orNone(info.licence()));
        row("files", "%s", size(info.bytes()));
        row(
                "memory",
                "%s to load, %s to train with AdamW before activations",
                size(bytesToLoad(info)),
                size(BYTES_TO_TRAIN * info.parameters()));
    }

    private static void row(String label, String format, Object... values) {
        System.out.printf("%-12s%s%n", label, String.format(Locale.ROOT, format, values));
    }

    private static double share(long count, ModelInfo info) {
        return 100.0 * count / info.parameters();
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none given" : text;
    }

    private static long bytesToLoad(ModelInfo info) {
        return info.dtype().floating() ? BYTES_TO_LOAD * info.parameters() : info.bytes();
    }

    private static String size(long bytes) {
        return bytes >= 1e9
                ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
