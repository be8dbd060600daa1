/** LLaMA and its relatives Mistral, Qwen2 and Qwen3: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.llama;

import org.jspecify.annotations.NullMarked;
