/** The parts models are made of: projections, norms, attention, feed-forward. None knows a model family. */
@NullMarked
package org.maliang.model.layer;

import org.jspecify.annotations.NullMarked;
