/** The studio: pages to write with, to look at models and to watch training, and what stands behind them. */
@NullMarked
package org.maliang.serve.studio;

import org.jspecify.annotations.NullMarked;
