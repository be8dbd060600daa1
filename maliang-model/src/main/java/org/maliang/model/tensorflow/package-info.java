/** Models under the names that programs of TensorFlow gave them. */
@NullMarked
package org.maliang.model.tensorflow;

import org.jspecify.annotations.NullMarked;
