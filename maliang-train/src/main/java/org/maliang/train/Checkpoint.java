package org.maliang.train;

import java.nio.file.Path;

/**
 * A model directory with all it takes to go on.
 *
 * @param step updates made
 * @param bestLoss validation loss of the best model so far; infinite where none was measured
 */
record Checkpoint(Path directory, int step, double bestLoss) {}
