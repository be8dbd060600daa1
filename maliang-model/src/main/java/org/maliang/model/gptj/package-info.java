/** GPT-J: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.gptj;

import org.jspecify.annotations.NullMarked;
