/** Models that were trained with Megatron-LM: CPM-LM and AliceMind's Chinese GPT-3 are GPT-2 networks with other names. */
@NullMarked
package org.maliang.model.megatron;

import org.jspecify.annotations.NullMarked;
