package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.train.Preparation;
import org.maliang.train.Prepared;
import org.maliang.train.recipe.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang data prepare RECIPE.yaml}. */
@Command(
        name = "prepare",
        description =
                "Do what a run does before its first step: train its tokenizer and turn its corpus into token ids.")
final class DataPrepareCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE.yaml", description = "The recipe of the run.")
    private Path recipe = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Put another value over the recipe's, e.g. --set data.cache=/tmp/cache; may be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Override
    public Integer call() {
        var builder = Recipe.file(recipe);
        overrides.forEach(builder::set);
        try (var progress = StageProgress.onTerminal()) {
            Prepared prepared = Preparation.of(builder.build()).run(progress::at);
            progress.close();
            report(prepared);
        }
        return 0;
    }

    private static void report(Prepared prepared) {
        var header = prepared.train().header();
        System.out.printf(
                Locale.ROOT,
                "tokenizer   %s (%,d entries)%n" + "tokens      %s%n" + "            %,d tokens of %,d documents, "
                        + "%,d characters, %,d bytes; %.2f characters a token%n",
                prepared.tokenizer(),
                prepared.vocabulary(),
                prepared.train().path(),
                header.tokens(),
                header.documents(),
                header.characters(),
                header.bytes(),
                (double) header.characters() / header.tokens());
    }
}
