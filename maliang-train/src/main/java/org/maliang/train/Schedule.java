package org.maliang.train;

import org.maliang.train.recipe.Recipe;
import org.maliang.train.recipe.ScheduleSettings;

/**
 * The learning rate of every step: a straight line up, the course of the schedule's kind, and, where asked for, a
 * straight line down to the floor over the last steps.
 */
final class Schedule {
    private final ScheduleSettings settings;
    private final double peak;
    private final int steps;

    private Schedule(ScheduleSettings settings, double peak, int steps) {
        this.settings = settings;
        this.peak = peak;
        this.steps = steps;
    }

    static Schedule of(Recipe recipe) {
        return new Schedule(
                recipe.schedule(),
                recipe.optimizer().learningRate(),
                recipe.train().steps());
    }

    /** The learning rate of the update number {@code step}, counted from 0. */
    double at(int step) {
        if (step < settings.warmup()) {
            return peak * (step + 1) / settings.warmup();
        }
        int coolFrom = steps - settings.cooldown();
        if (step < coolFrom || settings.cooldown() == 0) {
            return peak * course(step);
        }
        double left = (double) (steps - step) / (settings.cooldown() + 1);
        return peak * (settings.floor() + (course(coolFrom) - settings.floor()) * left);
    }

    /** The fraction of the peak, without warm-up and cool-down. */
    private double course(int step) {
        double progress = (double) (step - settings.warmup()) / Math.max(1, steps - settings.warmup());
        double floor = settings.floor();
        return switch (settings.kind()) {
            case COSINE -> floor + (1 - floor) * (1 + Math.cos(Math.PI * progress)) / 2;
            case LINEAR -> floor + (1 - floor) * (1 - progress);
            case CONSTANT -> 1;
        };
    }
}
