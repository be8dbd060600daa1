/** BLOOM: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.bloom;

import org.jspecify.annotations.NullMarked;
