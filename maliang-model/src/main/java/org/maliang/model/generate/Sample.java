package org.maliang.model.generate;

/**
 * One text that was written.
 *
 * @param text what was written after the prompt
 * @param tokens how many tokens were chosen for it: those of a stop string count, the end-of-text token does not
 * @param finishReason why it ended
 */
public record Sample(String text, int tokens, FinishReason finishReason) {}
