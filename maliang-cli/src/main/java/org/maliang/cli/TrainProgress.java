package org.maliang.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.maliang.train.Listener;
import org.maliang.train.Trainer;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;

/**
 * Shows a run on a terminal: a bar with loss, tokens a second and the time that is left; evaluations and samples above
 * it. Where the output is no terminal, a line now and then.
 */
final class TrainProgress implements Listener {
    private static final int LINE_EVERY_MILLIS = 20_000;
    private static final double SMOOTHING = 0.95;

    private final PrintStream out;
    private @Nullable ProgressBar bar;
    private int steps;
    private double tokensPerSecond;
    private long lastLine;

    TrainProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void started(Recipe recipe, int step, long parameters, double epochs) {
        steps = recipe.train().steps();
        out.printf(
                Locale.ROOT,
                "%s: %.1f M parameters, steps %,d to %,d of %,d tokens each, %.2f passes over the corpus%n",
                recipe.out(),
                parameters / 1e6,
                step + 1,
                steps,
                recipe.train().tokensPerStep(),
                epochs);
        if (Terminal.stderr()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("step")
                    .setInitialMax(steps)
                    .startsFrom(step, Duration.ZERO)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                    .setConsumer(new ConsoleProgressBarConsumer(out))
                    .build();
        }
    }

    @Override
    public void stepped(Step step) {
        tokensPerSecond = tokensPerSecond == 0
                ? step.tokensPerSecond()
                : SMOOTHING * tokensPerSecond + (1 - SMOOTHING) * step.tokensPerSecond();
        String state = String.format(
                Locale.ROOT, "loss %.4f  rate %.2e  %,.0f tokens/s", step.loss(), step.learningRate(), tokensPerSecond);
        if (bar != null) {
            bar.stepTo(step.step());
            bar.setExtraMessage(state);
            return;
        }
        long now = System.currentTimeMillis();
        if (now - lastLine >= LINE_EVERY_MILLIS || step.step() == steps) {
            lastLine = now;
            long perStep = step.tokens() / step.step();
            double left = (steps - step.step()) * perStep / tokensPerSecond;
            out.printf(Locale.ROOT, "step %,d of %,d  %s  %s left%n", step.step(), steps, state, duration(left));
        }
    }

    @Override
    public void evaluated(int step, Score score, boolean best) {
        line(
                "step %,d: validation loss %.4f, %.4f bits per character, %.4f per byte%s",
                step, score.loss(), score.bitsPerCharacter(), score.bitsPerByte(), best ? " (best so far)" : "");
    }

    @Override
    public void sampled(int step, String prompt, String text) {
        line("step %,d writes: %s%s", step, prompt, text.strip());
    }

    @Override
    public void ended() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** The last words of a run. */
    void finish(Trainer.Outcome outcome, Path run) {
        switch (outcome) {
            case FINISHED -> out.println("finished: " + run.resolve("model"));
            case STOPPED -> out.println("stopped and saved; go on with --resume");
        }
    }

    private void line(String format, Object... values) {
        String text = String.format(Locale.ROOT, format, values);
        out.println(bar == null ? text : Terminal.ERASED_LINE + text);
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
