package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.model.LanguageModel;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.Document;
import org.maliang.train.eval.Perplexity;
import org.maliang.train.eval.Score;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang eval --task perplexity}. */
@Command(name = "eval", description = "Measure how good a model is.")
final class EvalCommand implements Callable<Integer> {
    /** What can be measured. */
    enum Task {
        PERPLEXITY
    }

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--task",
            defaultValue = "PERPLEXITY",
            description =
                    "What to measure: ${COMPLETION-CANDIDATES} (how well each document is predicted from its start).")
    private Task task = Task.PERPLEXITY;

    @Option(
            names = "--data",
            paramLabel = "FILES",
            arity = "1..*",
            required = true,
            description = "JSON lines with a \"text\", or plain text; .gz, .xz and .zst too; globs and directories.")
    private List<String> data = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> documents;
        try (var all = Corpus.matching(data, Path.of("")).documents()) {
            documents = all.map(Document::text).toList();
        }
        Score score = switch (task) {
            case PERPLEXITY -> perplexity(documents);
        };
        if (json) {
            printJson(score);
        } else {
            printTable(score, documents.size());
        }
        return 0;
    }

    private Score perplexity(List<String> documents) {
        try (var loaded = LanguageModel.load(model.path(), model.placement());
                var progress = StageProgress.onTerminal()) {
            return new Perplexity(loaded.decoder(), loaded.tokenizer())
                    .score(documents, (done, total) -> progress.at("scoring", done, total));
        }
    }

    private static void printJson(Score score) {
        Json.print(Json.object()
                .put("loss", score.loss())
                .put("perplexity", score.perplexity())
                .put("bits_per_char", score.bitsPerCharacter())
                .put("bits_per_byte", score.bitsPerByte())
                .put("tokens", score.tokens())
                .put("chars", score.characters())
                .put("bytes", score.bytes()));
    }

    private static void printTable(Score score, int documents) {
        row("documents", "%,d", documents);
        row("text", "%,d characters, %,d bytes, %,d tokens", score.characters(), score.bytes(), score.tokens());
        row("loss", "%.4f nats a token", score.loss());
        row("perplexity", "%.3f", score.perplexity());
        row("bits", "%.4f a character, %.4f a byte", score.bitsPerCharacter(), score.bitsPerByte());
    }

    private static void row(String label, String format, Object... values) {
        System.out.printf("%-12s%s%n", label, String.format(Locale.ROOT, format, values));
    }
}
