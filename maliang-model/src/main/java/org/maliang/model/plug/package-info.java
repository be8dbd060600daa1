/** PLUG, Alibaba's Chinese encoder-decoder of 27 billion parameters: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.plug;

import org.jspecify.annotations.NullMarked;
