/** Switch Transformers, the T5 with sparse layers: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.switchtransformers;

import org.jspecify.annotations.NullMarked;
