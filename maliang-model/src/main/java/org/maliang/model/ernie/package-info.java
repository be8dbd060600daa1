/** ERNIE: BERT with a vector for the task. */
@NullMarked
package org.maliang.model.ernie;

import org.jspecify.annotations.NullMarked;
