/** Many texts at once: one thread that runs a decoder, fed by callers on any thread. */
@NullMarked
package org.maliang.model.engine;

import org.jspecify.annotations.NullMarked;
