package org.maliang.train;

import java.nio.file.Path;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;

/** Hears what a run does, on the thread that trains; a slow listener slows the run. */
public interface Listener {

    /**
     * The first step is about to be taken.
     *
     * @param step updates made before, 0 unless the run is resumed
     * @param parameters of the model
     * @param epochs passes over the corpus that the whole run makes
     */
    default void started(Recipe recipe, int step, long parameters, double epochs) {}

    /** One update is done. */
    default void stepped(Step step) {}

    /**
     * The validation documents are scored.
     *
     * @param best whether no evaluation before was better
     */
    default void evaluated(int step, Score score, boolean best) {}

    /** A sample text is written. */
    default void sampled(int step, String prompt, String text) {}

    /** A checkpoint is on the disk. */
    default void saved(int step, Path checkpoint) {}

    /** Nothing more will come, whether the run ended well or not. */
    default void ended() {}

    /**
     * What an update was like.
     *
     * @param step updates made so far
     * @param loss mean loss of its batches, in nats a token
     * @param gradientNorm before clipping
     * @param tokens learned from so far, in this process and before
     * @param tokensPerSecond of this update
     */
    record Step(int step, double loss, double learningRate, double gradientNorm, long tokens, double tokensPerSecond) {}
}
