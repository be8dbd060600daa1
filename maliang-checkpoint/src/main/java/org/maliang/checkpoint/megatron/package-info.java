/** Checkpoints of Megatron-LM and DeepSpeed, whose tensors lie in pieces in several files. */
@NullMarked
package org.maliang.checkpoint.megatron;

import org.jspecify.annotations.NullMarked;
