/** How well texts are predicted: code lengths in bits per character, and the baselines a model is held against. */
@NullMarked
package org.maliang.train.eval;

import org.jspecify.annotations.NullMarked;
