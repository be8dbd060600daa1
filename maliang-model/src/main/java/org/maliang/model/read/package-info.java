/** What models make of texts that are there already: probabilities of their tokens and vectors for the whole. */
@NullMarked
package org.maliang.model.read;

import org.jspecify.annotations.NullMarked;
