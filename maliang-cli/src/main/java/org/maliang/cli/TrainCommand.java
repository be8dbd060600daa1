package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.maliang.train.Preparation;
import org.maliang.train.Prepared;
import org.maliang.train.Trainer;
import org.maliang.train.recipe.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang train RECIPE}. */
@Command(name = "train", description = "Train a model as a recipe says; interrupt it at will and go on with --resume.")
final class TrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE.yaml", description = "What to learn, from what, and how.")
    private Path recipe = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Put another value over the recipe's, e.g. --set train.steps=100; may be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--resume", description = "Go on from the newest checkpoint of the run, if there is one.")
    private boolean resume;

    @Override
    public Integer call() {
        var builder = Recipe.file(recipe);
        overrides.forEach(builder::set);
        Recipe built = builder.build();
        Prepared prepared;
        try (var stages = StageProgress.onTerminal()) {
            prepared = Preparation.of(built).run(stages::at);
        }
        var progress = new TrainProgress(System.err);
        var trainer = new Trainer(built, progress);
        try (var interrupt = Interrupt.runs(trainer::stop)) {
            progress.finish(trainer.run(prepared, resume), built.out());
        }
        return 0;
    }
}
