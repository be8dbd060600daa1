/**
 * SentencePiece models: the {@code .model} file, its normaliser, and the two ways of cutting text into pieces, with the
 * same results as the library of that name (0.1.97).
 */
@NullMarked
package org.maliang.tokenizer.sentencepiece;

import org.jspecify.annotations.NullMarked;
