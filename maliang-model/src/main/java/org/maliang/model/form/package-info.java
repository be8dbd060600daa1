/**
 * Forms of classical verse: recognising them in a corpus, marking them for training, and holding them while writing.
 *
 * <p>A marked document is {@code <|form|>title\nbody}; the mark is one special token of the tokenizer.
 */
@NullMarked
package org.maliang.model.form;

import org.jspecify.annotations.NullMarked;
