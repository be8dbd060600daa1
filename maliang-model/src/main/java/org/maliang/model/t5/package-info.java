/** T5, mT5 and Mengzi-T5: configuration, assembly and weight names; the layers are those of Switch Transformers too. */
@NullMarked
package org.maliang.model.t5;

import org.jspecify.annotations.NullMarked;
