/** BERT, and the parts that the families made after it share. */
@NullMarked
package org.maliang.model.bert;

import org.jspecify.annotations.NullMarked;
