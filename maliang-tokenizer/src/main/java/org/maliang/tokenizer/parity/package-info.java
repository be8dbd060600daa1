/** Holds tokenizers to golden files that the reference implementations made. */
@NullMarked
package org.maliang.tokenizer.parity;

import org.jspecify.annotations.NullMarked;
