package org.maliang.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;

/** Several listeners as one. */
record Listeners(List<Listener> all) implements Listener {

    @Override
    public void started(Recipe recipe, int step, long parameters, double epochs) {
        each(listener -> listener.started(recipe, step, parameters, epochs));
    }

    @Override
    public void stepped(Step step) {
        each(listener -> listener.stepped(step));
    }

    @Override
    public void evaluated(int step, Score score, boolean best) {
        each(listener -> listener.evaluated(step, score, best));
    }

    @Override
    public void sampled(int step, String prompt, String text) {
        each(listener -> listener.sampled(step, prompt, text));
    }

    @Override
    public void saved(int step, Path checkpoint) {
        each(listener -> listener.saved(step, checkpoint));
    }

    @Override
    public void ended() {
        each(Listener::ended);
    }

    private void each(Consumer<Listener> event) {
        all.forEach(event);
    }
}
