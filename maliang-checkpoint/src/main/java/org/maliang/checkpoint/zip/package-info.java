/** Zip archives whose contents can be mapped. */
@NullMarked
package org.maliang.checkpoint.zip;

import org.jspecify.annotations.NullMarked;
