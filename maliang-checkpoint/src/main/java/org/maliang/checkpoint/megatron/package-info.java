/** Checkpoints of Megatron-LM and DeepSpeed: tensors that are spread over the ranks of a model-parallel run. */
@NullMarked
package org.maliang.checkpoint.megatron;

import org.jspecify.annotations.NullMarked;
