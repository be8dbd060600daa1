/** From files to batches: corpora, document transforms, packed token files, shuffled windows. */
@NullMarked
package org.maliang.train.data;

import org.jspecify.annotations.NullMarked;
