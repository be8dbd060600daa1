/** GPT-2 and GPT-3: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.gpt2;

import org.jspecify.annotations.NullMarked;
