/** How good a model is: perplexity and bits per character, and the baselines they are compared with. */
@NullMarked
package org.maliang.train.eval;

import org.jspecify.annotations.NullMarked;
