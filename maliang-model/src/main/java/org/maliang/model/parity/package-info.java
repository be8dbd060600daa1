/** Comparison with golden files made by a reference implementation. */
@NullMarked
package org.maliang.model.parity;

import org.jspecify.annotations.NullMarked;
