package org.maliang.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.Placement;
import org.maliang.model.convert.Quantization;
import org.maliang.tensor.WeightKind;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.Document;
import org.maliang.train.eval.Perplexity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang quantize SRC DST --bits 8|4}. */
@Command(
        name = "quantize",
        description = "Write a model with matrices of 8 or 4 bits, tensor by tensor; every command reads it.")
final class QuantizeCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "SRC", description = "The model: " + ModelArgument.FORMS + ".")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DST", description = "The directory to write.")
    private Path target = Path.of("");

    @Option(names = "--bits", paramLabel = "8|4", required = true, description = "Bits of a weight.")
    private int bits = 8;

    @Option(
            names = "--group",
            paramLabel = "N",
            description =
                    "With 4 bits, how many columns share a scale: 32, 64, 128 or 256 (default: ${DEFAULT-VALUE}).")
    private int group = WeightKind.GROUP;

    @Option(
            names = "--data",
            paramLabel = "FILES",
            arity = "1..*",
            description = "Texts to measure the perplexity with, before and after, as eval reads them.")
    private List<String> data = List.of();

    @Override
    public Integer call() {
        Path place = ModelArgument.path(source);
        try (ModelFiles files = ModelFiles.open(place)) {
            new Quantization(files, bits, group).write(target);
        }
        System.out.println(target);
        if (!data.isEmpty()) {
            List<String> texts;
            try (var all = Corpus.matching(data, Path.of("")).documents()) {
                texts = all.map(Document::text).toList();
            }
            double before = perplexity(place, texts);
            double after = perplexity(target, texts);
            System.out.println(String.format(
                    Locale.ROOT,
                    "perplexity  %.3f before, %.3f after: %+.2f %%",
                    before,
                    after,
                    100 * (after / before - 1)));
        }
        return 0;
    }

    private static double perplexity(Path model, List<String> texts) {
        try (var loaded = LanguageModel.load(model, Placement.CPU.forInference());
                var progress = StageProgress.onTerminal()) {
            return new Perplexity(loaded.decoder(), loaded.tokenizer())
                    .score(texts, (done, total) -> progress.at("scoring " + model, done, total))
                    .perplexity();
        }
    }
}
