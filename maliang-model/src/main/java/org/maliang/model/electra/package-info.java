/** ELECTRA: BERT with narrow embeddings, trained to find replaced words. */
@NullMarked
package org.maliang.model.electra;

import org.jspecify.annotations.NullMarked;
