/** RoBERTa and XLM-RoBERTa: BERT with other positions and heads. */
@NullMarked
package org.maliang.model.roberta;

import org.jspecify.annotations.NullMarked;
