/** Megatron-BERT, the shape of Erlangshen: BERT with its norms before the branches. */
@NullMarked
package org.maliang.model.megatronbert;

import org.jspecify.annotations.NullMarked;
