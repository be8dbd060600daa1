/** GPT-NeoX and Pythia: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.gptneox;

import org.jspecify.annotations.NullMarked;
