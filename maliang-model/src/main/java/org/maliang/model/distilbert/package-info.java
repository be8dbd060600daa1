/** DistilBERT: BERT without segments and pooler. */
@NullMarked
package org.maliang.model.distilbert;

import org.jspecify.annotations.NullMarked;
