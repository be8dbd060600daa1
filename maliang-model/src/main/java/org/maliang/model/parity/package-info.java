/**
 * Comparison with golden files made by a reference implementation: outputs, losses, gradients, optimiser runs and
 * generated ids.
 *
 * <p>{@link org.maliang.model.parity.Parity#run} reads a directory into a {@code Golden}, opens the model as a
 * {@code Subject} and returns a {@link org.maliang.model.parity.ParityReport}. A further kind of model is one more
 * {@code Subject}.
 */
@NullMarked
package org.maliang.model.parity;

import org.jspecify.annotations.NullMarked;
