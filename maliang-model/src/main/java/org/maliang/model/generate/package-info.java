/** Writing: sampling, searches, votes, stop strings, constraints. */
@NullMarked
package org.maliang.model.generate;

import org.jspecify.annotations.NullMarked;
