/** ALBERT: BERT whose layers share their weights. */
@NullMarked
package org.maliang.model.albert;

import org.jspecify.annotations.NullMarked;
