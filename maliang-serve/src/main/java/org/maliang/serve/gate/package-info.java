/** Who comes in, how long they stay, and when they are gone. Knows nothing of models. */
@NullMarked
package org.maliang.serve.gate;

import org.jspecify.annotations.NullMarked;
