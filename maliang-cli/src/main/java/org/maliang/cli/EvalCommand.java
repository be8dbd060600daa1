package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.model.LanguageModel;
import org.maliang.model.read.LogProbabilities;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.Document;
import org.maliang.train.eval.Perplexity;
import org.maliang.train.eval.Score;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang eval}. */
@Command(name = "eval", description = "Measure how good a model is.")
final class EvalCommand implements Callable<Integer> {
    /** What can be measured. */
    enum Task {
        PERPLEXITY,
        LOGPROBS
    }

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--task",
            defaultValue = "PERPLEXITY",
            description =
                    "What to measure: ${COMPLETION-CANDIDATES} (how well each document is predicted from its start; the same"
                            + " token by token).")
    private Task task = Task.PERPLEXITY;

    @Option(
            names = "--data",
            paramLabel = "FILES",
            arity = "1..*",
            required = true,
            description = "JSON lines with a \"text\", or plain text; .gz, .xz and .zst too; globs and directories.")
    private List<String> data = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "logprobs: also name the K likeliest tokens at every place.")
    private int top;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> documents;
        try (var all = Corpus.matching(data, Path.of("")).documents()) {
            documents = all.map(Document::text).toList();
        }
        try (var loaded = LanguageModel.load(model.path(), model.placement())) {
            switch (task) {
                case PERPLEXITY -> perplexity(documents, loaded);
                case LOGPROBS -> logProbabilities(documents, loaded);
            }
        }
        return 0;
    }

    private void perplexity(List<String> documents, LanguageModel loaded) {
        Score score;
        try (var progress = StageProgress.onTerminal()) {
            score = new Perplexity(loaded.decoder(), loaded.tokenizer())
                    .score(documents, (done, total) -> progress.at("scoring", done, total));
        }
        if (json) {
            printJson(score);
        } else {
            printTable(score, documents.size());
        }
    }

    private void logProbabilities(List<String> documents, LanguageModel loaded) {
        var scores = new TokenScores(
                new LogProbabilities(loaded.decoder(), loaded.tokenizer()).of(documents, top), loaded.tokenizer());
        if (scores.tokens() == 0) {
            throw new IllegalArgumentException("nothing to score: the documents are empty");
        }
        if (json) {
            Json.print(scores.json());
        } else {
            scores.print(System.out);
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
