/** TensorFlow's checkpoint bundles: a sorted table of entries beside files of numbers. Read only. */
@NullMarked
package org.maliang.checkpoint.tensorflow;

import org.jspecify.annotations.NullMarked;
