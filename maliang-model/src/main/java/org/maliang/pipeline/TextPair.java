package org.maliang.pipeline;

/** Two texts that are read together: a premise and a hypothesis, two sentences to compare, a question and a text. */
public record TextPair(String first, String second) {}
