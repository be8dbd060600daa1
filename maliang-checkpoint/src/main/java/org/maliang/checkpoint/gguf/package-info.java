/** GGUF, the files of llama.cpp: tensors, some of them quantised by blocks, and typed metadata in one file. */
@NullMarked
package org.maliang.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
