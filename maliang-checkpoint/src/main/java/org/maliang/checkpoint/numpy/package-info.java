/** NumPy's {@code .npy} and {@code .npz}: one array a file, and zip archives of them. */
@NullMarked
package org.maliang.checkpoint.numpy;

import org.jspecify.annotations.NullMarked;
