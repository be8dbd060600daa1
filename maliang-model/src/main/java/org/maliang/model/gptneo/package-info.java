/** GPT-Neo: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.gptneo;

import org.jspecify.annotations.NullMarked;
