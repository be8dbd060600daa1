/** Models as llama.cpp reads them: names of tensors, keys of the configuration, vocabularies. */
@NullMarked
package org.maliang.model.gguf;

import org.jspecify.annotations.NullMarked;
