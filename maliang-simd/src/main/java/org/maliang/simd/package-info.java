/**
 * Products that LibTorch has no fast kernel for, written with Java's Vector API ({@code jdk.incubator.vector}). The JVM must be
 * started with {@code --add-modules jdk.incubator.vector}, as the launcher does for models of 4 and 8 bits and in bfloat16;
 * {@link org.maliang.simd.Simd#served} tells whether it was. Knows arrays only.
 */
@org.jspecify.annotations.NullMarked
package org.maliang.simd;
