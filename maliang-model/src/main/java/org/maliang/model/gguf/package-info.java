/** Models as llama.cpp knows them: its names, layouts and metadata, written from and read into our own. */
@NullMarked
package org.maliang.model.gguf;

import org.jspecify.annotations.NullMarked;
