package org.maliang.train.recipe;

/**
 * How the learning rate moves: up in a straight line for {@code warmup} steps, then as {@code kind} says.
 *
 * @param kind the course between warm-up and cool-down
 * @param warmup steps from 0 to the peak
 * @param floor where the rate ends, as a fraction of the peak
 * @param cooldown last steps, in a straight line down to the floor
 */
public record ScheduleSettings(Kind kind, int warmup, double floor, int cooldown) {
    /** The course of the learning rate. */
    public enum Kind {
        COSINE,
        LINEAR,
        CONSTANT
    }

    static ScheduleSettings of(Section section) {
        return new ScheduleSettings(
                section.choice("kind", Kind.COSINE),
                section.count("warmup", 0, 0),
                section.number("floor", 0.1, Range.FRACTION),
                section.count("cooldown", 0, 0));
    }
}
