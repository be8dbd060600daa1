/** Writing with a decoder: sampling, beam search, stop strings, constraints. */
@NullMarked
package org.maliang.model.generate;

import org.jspecify.annotations.NullMarked;
