package org.maliang.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.maliang.train.eval.Score;
import org.maliang.train.metrics.EventFile;
import org.maliang.train.recipe.Recipe;

/** What {@link MetricsLog} keeps, for TensorBoard: a new event file for every start of the run. */
final class TensorBoardLog implements Listener {
    private final Path directory;
    private int every = 1;
    private @Nullable EventFile events;

    TensorBoardLog(Path directory) {
        this.directory = directory;
    }

    @Override
    public void started(Recipe recipe, int step, long parameters, double epochs) {
        every = recipe.train().logEvery();
        events = EventFile.create(directory);
    }

    @Override
    public void stepped(Step step) {
        if (events != null && step.step() % every == 0) {
            events.scalar("train/loss", step.step(), step.loss());
            events.scalar("train/learning_rate", step.step(), step.learningRate());
            events.scalar("train/grad_norm", step.step(), step.gradientNorm());
            events.scalar("train/tokens_per_second", step.step(), step.tokensPerSecond());
            events.flush();
        }
    }

    @Override
    public void evaluated(int step, Score score, boolean best) {
        if (events != null) {
            events.scalar("valid/loss", step, score.loss());
            events.scalar("valid/bits_per_char", step, score.bitsPerCharacter());
            events.flush();
        }
    }

    @Override
    public void sampled(int step, String prompt, String text) {
        if (events != null) {
            events.text("sample/" + prompt.strip(), step, prompt + text);
            events.flush();
        }
    }

    @Override
    public void ended() {
        if (events != null) {
            events.close();
        }
    }
}
