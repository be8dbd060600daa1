/** Encoders and decoders of other families put together: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.pair;

import org.jspecify.annotations.NullMarked;
