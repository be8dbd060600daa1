/** What a model learns: an objective turns a batch into an input and hidden states into a loss. */
@NullMarked
package org.maliang.train.objective;

import org.jspecify.annotations.NullMarked;
