package org.maliang.tensor;

/** Sorted or selected values with the positions they came from; both have the same shape, indices are I64. */
public record Sorted(Tensor values, Tensor indices) {}
